import { createMiddleware } from 'hono/factory';
import { withAuditOrigin } from '#db/audit-origin.ts';
import type { AuditOrigin } from '#domain/audit.ts';
import type { ApiContext, ApiEnv } from './api-env.ts';
import { isReading } from './scopes.ts';

/** Lets every audit row of a change tell from where it was asked for. */
export function auditOriginOf() {
  return createMiddleware<ApiEnv>((context, next) =>
    isReading(context.req.method) ? next() : withAuditOrigin(originOf(context), next),
  );
}

function originOf(context: ApiContext): AuditOrigin {
  const caller = context.get('caller');
  const session = caller?.session ?? null;
  const isKeyed = caller?.hasKey === true;
  return {
    // A browser says where a request comes from, and no page can say otherwise; who has a key is no browser.
    via: !isKeyed && context.req.header('Sec-Fetch-Site') === 'same-origin' ? 'page' : 'api',
    by: session !== null ? 'session' : isKeyed ? 'key' : 'this machine',
    sessionId: session?.sessionId ?? null,
    address: context.get('peer').address,
    correlationId: context.get('correlationId'),
  };
}
