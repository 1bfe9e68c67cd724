import { createMiddleware } from 'hono/factory';
import { AppError } from '#domain/errors.ts';
import type { ApiEnv } from './api-env.ts';
import { hostOf, isLoopbackHost } from './loopback.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

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
    if (!READS.has(context.req.method))
      refuseOtherOrigins(hostHeader, context.req.header('Origin'), context.req.header('Sec-Fetch-Site'));
    await next();
  });
}

function refuseOtherOrigins(
  hostHeader: string,
  origin: string | undefined,
  fetchSite: string | undefined,
): void {
  const isOwnSite = fetchSite === undefined || fetchSite === 'same-origin' || fetchSite === 'none';
  if (!isOwnSite || (origin !== undefined && !isSameOrigin(origin, hostHeader)))
    throw new AppError(
      'forbidden',
      `origin "${origin ?? 'of another site'}" may not change this desk: use its own page`,
    );
}

/** Another port of this machine is another origin: any program's page may be served there. */
function isSameOrigin(origin: string, hostHeader: string): boolean {
  if (!/^https?:/.test(origin) || !URL.canParse(origin)) return false;
  const { protocol, host } = new URL(origin);
  const own = `${protocol}//${hostHeader}`;
  return URL.canParse(own) && new URL(own).host === host;
}
