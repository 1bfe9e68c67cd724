import { createMiddleware } from 'hono/factory';
import { AppError } from '#domain/errors.ts';
import type { ApiContext, ApiEnv } from './api-env.ts';
import { invalidAt } from './problem.ts';

/** A NUL as JSON writes it: its own backslash, not the second of an escaped pair. */
const ESCAPED_NUL = /(?<!\\)(?:\\\\)*\\u0000/;

/**
 * Refuses the character NUL wherever a caller can put one: path, query, cursor, body. The database cannot hold it as
 * text, so it would otherwise fail far from here. Needs the body's size to be limited before.
 * @throws AppError `request_invalid` naming the place
 */
export function withoutNul() {
  return createMiddleware<ApiEnv>(async (context, next) => {
    // Percent-encoded, NUL has this one form; "%2500" is the text "%00".
    const [path = '', query = ''] = context.req.url.split(/\?(.*)/s);
    if (path.includes('%00')) refuse('path');
    if (query.includes('%00')) refuse('query');
    const cursor = context.req.query('cursor');
    if (cursor !== undefined && hasNul(Buffer.from(cursor, 'base64url').toString('utf8')))
      refuse('query.cursor');
    if (hasNul(await bodyText(context))) refuse('body');
    await next();
  });
}

/** Refuses a Host header that passes for one by its characters but makes no URL, such as `127.999.999.999`. */
export function readableUrl() {
  return createMiddleware<ApiEnv>(async (context, next) => {
    if (!URL.canParse(context.req.url))
      throw new AppError(
        'request_invalid',
        `host "${context.req.header('Host') ?? ''}" is not a host name or address`,
      );
    await next();
  });
}

function hasNul(json: string): boolean {
  return json.includes('\0') || ESCAPED_NUL.test(json);
}

async function bodyText(context: ApiContext): Promise<string> {
  if (context.req.method === 'GET' || context.req.method === 'HEAD') return '';
  try {
    return await context.req.text();
  } catch (cause) {
    throw new AppError('request_invalid', 'the body broke off before its end', { cause });
  }
}

function refuse(location: string): never {
  throw invalidAt({ location, message: 'must not hold the character NUL' });
}
