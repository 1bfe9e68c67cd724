import { isIP } from 'node:net';
import { createMiddleware } from 'hono/factory';
import type { ApiContext, ApiEnv, Peer } from './api-env.ts';

/**
 * Notes the peer of a request. A forwarding header is believed when the connection comes from a trusted proxy, and of
 * X-Forwarded-For only what such a proxy has added: the last address that is not one itself.
 */
export function peer(trustedProxies: readonly string[]) {
  const trusted = new Set(trustedProxies.map(plainAddress));
  return createMiddleware<ApiEnv>(async (context, next) => {
    context.set('peer', peerOf(context, trusted));
    await next();
  });
}

function peerOf(context: ApiContext, trusted: ReadonlySet<string>): Peer {
  const socket = context.env?.incoming?.socket.remoteAddress;
  const direct = socket === undefined ? 'local' : plainAddress(socket);
  const host = context.req.header('Host') ?? hostOfUrl(context.req.url);
  if (!trusted.has(direct)) return { address: direct, host, isSecure: false };
  return {
    address: forwardedFor(context.req.header('X-Forwarded-For'), trusted) ?? direct,
    host: context.req.header('X-Forwarded-Host')?.trim() || host,
    isSecure: lastOf(context.req.header('X-Forwarded-Proto'))?.toLowerCase() === 'https',
  };
}

function forwardedFor(header: string | undefined, trusted: ReadonlySet<string>): string | null {
  const addresses = (header ?? '').split(',').map((part) => plainAddress(part.trim()));
  const caller = addresses.findLast((address) => !trusted.has(address));
  return caller !== undefined && isIP(caller) !== 0 ? caller : null;
}

function lastOf(header: string | undefined): string | undefined {
  return header?.split(',').at(-1)?.trim();
}

/** IPv4 as it is, also where it comes in by an IPv6 socket. */
function plainAddress(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
}

function hostOfUrl(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}
