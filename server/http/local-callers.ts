import { createMiddleware } from 'hono/factory';
import { AppError } from '#domain/errors.ts';
import type { ApiEnv } from './api-env.ts';
import { hostOf, isLoopbackHost } from './loopback.ts';
import { assertOwnOrigin } from './own-origin.ts';
import { isReading } from './scopes.ts';

/**
 * Without an API key the desk serves this machine alone. A web page elsewhere can reach loopback through the
 * owner's browser: by a host name that resolves here (DNS rebinding), which the Host header gives away, or by
 * posting across origins, which the Origin and Sec-Fetch-Site headers do.
 */
export function localCallersOnly() {
  return createMiddleware<ApiEnv>(async (context, next) => {
    const hostHeader = context.req.header('Host') ?? new URL(context.req.url).host;
    const host = hostOf(hostHeader);
    if (host === null || !isLoopbackHost(host))
      throw new AppError('forbidden', `host "${hostHeader}" is not loopback: call localhost, or set API_KEY`);
    if (!isReading(context.req.method)) assertOwnOrigin(context);
    await next();
  });
}
