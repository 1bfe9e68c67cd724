import { createMiddleware } from 'hono/factory';
import { routePath } from 'hono/route';
import type { Clock } from '#domain/time.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { ApiContext, ApiEnv } from './api-env.ts';

/** One wide event and one histogram sample for each request. A page asks several times a second, so success is `debug`. */
export function requestLog({ logger, metrics, clock }: { logger: Logger; metrics: Metrics; clock: Clock }) {
  return createMiddleware<ApiEnv>(async (context, next) => {
    const startedAtMs = clock.nowMs();
    await next();
    const durationMs = clock.nowMs() - startedAtMs;
    const { method, path } = context.req;
    const { status } = context.res;
    const route = routeOf(context);
    metrics.httpDuration.observe({ method, route, status: String(status) }, durationMs / 1_000);
    const failure = context.get('failure');
    const event = {
      method,
      path,
      route,
      status,
      durationMs,
      correlationId: context.get('correlationId'),
      client: context.get('peer').address,
      ...(failure === undefined ? {} : { code: failure.code, reason: failure.message }),
      ...(failure !== undefined && status >= 500
        ? { err: failure.code === 'internal' ? failure.cause : failure }
        : {}),
    };
    if (status >= 500) logger.error(event, 'request');
    else if (path.startsWith('/api/') && status >= 400) logger.info(event, 'request');
    else logger.debug(event, 'request');
  });
}

/** The matched pattern, never the path: a label must come from a closed set. */
function routeOf(context: ApiContext): string {
  const route = routePath(context, -1);
  return route.includes('*') ? 'unmatched' : route;
}
