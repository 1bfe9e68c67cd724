import { AppError } from '#domain/errors.ts';

const ORIGIN = /^(https?|wss?):\/\/[^/]+/;

/**
 * The same tree of addresses, each with the scheme, host and port of `baseUrl` and its own path; websocket addresses
 * keep a websocket scheme. A path of `baseUrl` goes before the venue's.
 * @throws AppError `config_invalid` when `baseUrl` is not an http(s) address
 */
export function rewriteApiUrls<Tree>(tree: Tree, baseUrl: string): Tree {
  const base = parseBase(baseUrl);
  const host = base.host + base.pathname.replace(/\/+$/, '');
  const isSecure = base.protocol === 'https:';
  const rewrite = (node: unknown): unknown => {
    if (typeof node === 'string')
      return node.replace(ORIGIN, (_, scheme: string) => {
        const plain = scheme.startsWith('ws') ? 'ws' : 'http';
        return `${plain}${isSecure ? 's' : ''}://${host}`;
      });
    if (Array.isArray(node)) return node.map(rewrite);
    if (node !== null && typeof node === 'object')
      return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, rewrite(value)]));
    return node;
  };
  return rewrite(tree) as Tree;
}

function parseBase(baseUrl: string): URL {
  const base = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  if (base && /^https?:$/.test(base.protocol)) return base;
  throw new AppError(
    'config_invalid',
    `EXCHANGE_BASE_URL "${baseUrl}" is not an address: write scheme, host and port, such as http://localhost:8080`,
    { context: { baseUrl } },
  );
}
