import { createHash, timingSafeEqual } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import { AppError } from '#domain/errors.ts';
import type { ApiContext, ApiEnv } from './api-env.ts';

/** Asks for the API key as `Authorization: Bearer` or `X-API-Key`. Serves everybody when there is none to ask for. */
export function requireApiKey(apiKey: string | null) {
  const expected = apiKey === null ? null : digest(apiKey);
  return createMiddleware<ApiEnv>(async (context, next) => {
    if (expected !== null && !matches(givenKey(context), expected))
      throw new AppError(
        'unauthorized',
        'this call needs the API key as "Authorization: Bearer <key>" or "X-API-Key: <key>"',
        { context: { headers: { 'WWW-Authenticate': 'Bearer realm="vigil"' } } },
      );
    await next();
  });
}

function givenKey(context: ApiContext): string | null {
  const bearer = /^Bearer +(\S+)$/i.exec(context.req.header('Authorization') ?? '')?.[1];
  return bearer ?? context.req.header('X-API-Key') ?? null;
}

/** Digests have one length, so the comparison tells nothing about the key's. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function matches(given: string | null, expected: Buffer): boolean {
  return given !== null && timingSafeEqual(digest(given), expected);
}
