import { AppError } from '#domain/errors.ts';
import type { ApiContext } from './api-env.ts';

/**
 * Refuses a change that a page of another site has the browser send: the Origin and Sec-Fetch-Site headers give it
 * away, which no page can set. Callers that are no browser send neither.
 * @throws AppError `forbidden`
 */
export function assertOwnOrigin(context: ApiContext): void {
  const origin = context.req.header('Origin');
  const fetchSite = context.req.header('Sec-Fetch-Site');
  const isOwnSite = fetchSite === undefined || fetchSite === 'same-origin' || fetchSite === 'none';
  if (isOwnSite && (origin === undefined || isSameOrigin(origin, context.get('peer').host))) return;
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
