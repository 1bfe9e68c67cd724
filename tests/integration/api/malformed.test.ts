/** Bytes, paths and bodies that no page sends, against a whole Vigil that asks for a key. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  codeOf,
  type GuardedVigil,
  get,
  KEY,
  startGuardedVigil,
  withHeaders,
} from '../../support/attacks/guarded-vigil.ts';
import type { Wire } from '../../support/attacks/wire.ts';

let guarded: GuardedVigil;
let wire: Wire;
beforeAll(async () => {
  guarded = await startGuardedVigil();
  wire = guarded.wire;
}, 120_000);
afterAll(() => guarded?.stop(), 120_000);

describe('a malformed or oversized request', () => {
  it('of 10 MB is refused by its length, before it is read', async () => {
    const head = `POST /api/state/halt HTTP/1.1\r\nHost: localhost\r\nX-API-Key: ${KEY}\r\nContent-Type: application/json\r\nContent-Length: 10485760\r\n\r\n`;
    const answer = await wire.raw(`${head}{`, { stayMs: 30_000 });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('payload_too_large');
  });

  it('of 10 MB in chunks is refused at its limit', async () => {
    const answer = await wire
      .send({
        ...{
          method: 'POST',
          path: '/api/state/halt',
          body: JSON.stringify({ reason: 'x'.repeat(10_485_760) }),
        },
        headers: { 'x-api-key': KEY, 'content-type': 'application/json' },
      })
      .catch(() => null);
    if (answer !== null) expect(codeOf(answer)).toBe('payload_too_large');
  });

  // Side by side: each waits for as long as the server does.
  it.concurrent.each([
    ['a body that never comes', 'Content-Length: 20\r\n\r\n{"reason"'],
    ['a chunk that never comes', 'Transfer-Encoding: chunked\r\n\r\n5\r\n{"re'],
    ['headers that never end', 'X-Slow: '],
  ])('with %s is told so and cut off', async (_case, rest) => {
    const answer = await wire.raw(
      `POST /api/state/halt HTTP/1.1\r\nHost: localhost\r\nX-API-Key: ${KEY}\r\nContent-Type: application/json\r\n${rest}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('application/problem+json');
    expect(answer).toContain('request_timed_out');
  });

  it.each([
    ['two lengths', 'Content-Length: 0\r\nContent-Length: 44\r\n\r\n'],
    [
      'a length and chunks',
      'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n',
    ],
    ['chunks spelled oddly', 'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'],
    ['chunks after a tab', 'Transfer-Encoding:\tchunked, identity\r\n\r\n0\r\n\r\n'],
    ['a folded header', 'X-Folded: a\r\n b: c\r\n\r\n'],
    ['a space before the colon', 'Content-Length : 5\r\n\r\nhello'],
    ['a bare line feed', 'X-Bare: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ])('of the smuggling kind (%s) is answered once, with a problem, and cut off', async (_case, rest) => {
    const answer = await wire.raw(`POST /api/state/halt HTTP/1.1\r\nHost: localhost\r\n${rest}`, {
      stayMs: 5_000,
    });
    expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).toContain('application/problem+json');
    expect(answer).not.toContain('vigil_http');
  });

  it.each([
    [
      'a method in a header',
      { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' },
      '/api/sessions',
      'method_not_allowed',
    ],
    ['a method in the query', {}, '/api/state?_method=POST', 'request_invalid'],
    [
      'another path in a header',
      { 'x-original-url': '/api/session', 'x-rewrite-url': '/healthz' },
      '/api/runs/none',
      'not_found',
    ],
  ])('with %s gets what its own line asks for', async (_case, headers, path, code) => {
    const answer = await wire.send(
      withHeaders(get(path), { 'x-api-key': KEY, ...(headers as Record<string, string>) }),
    );
    expect(codeOf(answer)).toBe(code);
  });

  it.each([
    '/..%2f..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/package.json',
    '/assets/..%5c..%5cpackage.json',
    '/.env',
    '/assets/%00.js',
    '/docs/../../package.json',
    '/api/../.env',
  ])('for the file %s gets none', async (path) => {
    const answer = await ask(path);
    expect(answer).not.toMatch(SECRET_WORDS);
    expect(answer).toMatch(/^HTTP\/1\.1 40\d /);
    expect(answer.toLowerCase()).toContain('content-security-policy');
  });

  // The page where it is built, and the word that it is not where it is not.
  it.each(['/../../../../etc/passwd', '//etc/passwd'])(
    'for %s gets what any unknown page gets',
    async (path) => {
      const [answer, unknownPage] = [await ask(path), await ask('/no-such-page')];
      expect(answer).not.toMatch(SECRET_WORDS);
      expect(bodyOf(answer)).toBe(bodyOf(unknownPage));
      expect(answer.toLowerCase()).toContain('content-security-policy');
    },
  );
});

/** What stands in the files that are asked for. */
const SECRET_WORDS = /root:x:0:|"dependencies"|API_KEY=/;

function ask(path: string): Promise<string> {
  return wire.raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`, { stayMs: 5_000 });
}

function bodyOf(answer: string): string {
  return answer.slice(answer.indexOf('\r\n\r\n'));
}
