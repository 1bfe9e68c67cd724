import { createMiddleware } from 'hono/factory';
import type { IdSource } from '#domain/ids.ts';
import type { ApiEnv } from './api-env.ts';

export const CORRELATION_HEADER = 'X-Correlation-Id';

/** Text that may stand in a log line and a header as it is. */
const ACCEPTED = /^[A-Za-z0-9._:-]{1,128}$/;

/** Takes the caller's correlation id when it is well-formed, makes one otherwise, and sends it back. */
export function correlation(ids: IdSource) {
  return createMiddleware<ApiEnv>(async (context, next) => {
    const correlationId = correlationIdOf(context.req.header(CORRELATION_HEADER), ids);
    context.set('correlationId', correlationId);
    await next();
    context.res.headers.set(CORRELATION_HEADER, correlationId);
  });
}

export function correlationIdOf(given: string | undefined, ids: IdSource): string {
  return given !== undefined && ACCEPTED.test(given) ? given : ids.next('req');
}
