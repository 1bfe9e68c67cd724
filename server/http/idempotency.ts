import { createHash } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError } from '#domain/errors.ts';
import type { Clock } from '#domain/time.ts';
import type { IdempotencyPort } from '../api-deps.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ApiContext, ApiEnv } from './api-env.ts';

const ACCEPTED_KEY = /^[\x21-\x7e]{1,200}$/;
const KEPT_HEADERS = ['Content-Type', 'Location'] as const;

interface IdempotencyParts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether the call may change something; a log-in does not: nothing of what was typed is kept. */
  readonly changes: (context: ApiContext) => boolean;
}

/** What is stored of an answer, so that a replay is the same in all that matters. */
interface StoredAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/**
 * POST with an `Idempotency-Key` happens once: the same request again gets the stored answer, failures included,
 * since a failed call may have acted before it failed; only what is known to be retryable frees its key.
 * Another request under the key is refused. What changes nothing keeps no key: who may only read cannot take one.
 */
export function idempotency(store: IdempotencyPort, { clock, logger, changes }: IdempotencyParts) {
  return createMiddleware<ApiEnv>(async (context, next) => {
    const key = context.req.header('Idempotency-Key');
    if (context.req.method !== 'POST' || key === undefined || !changes(context)) return next();
    if (!ACCEPTED_KEY.test(key))
      throw new AppError(
        'request_invalid',
        'Idempotency-Key must be 1 to 200 printable characters without spaces',
      );
    const claim = await store.claim(key, await requestHash(context), clock.nowMs());
    switch (claim.state) {
      case 'mismatch':
        throw new AppError(
          'idempotency_mismatch',
          `Idempotency-Key "${key}" was used for another request: take a new one`,
        );
      case 'running':
        throw new AppError(
          'conflict',
          `the first request with Idempotency-Key "${key}" is still being answered: ask again for its answer; if its process died, the key is free in ${Math.ceil(claim.freeInMs / 1_000)} s`,
          {
            context: { headers: { 'Retry-After': '1' } },
          },
        );
      case 'done':
        return replay(context, claim.status, claim.body as StoredAnswer);
      case 'new':
        await next();
        await keep(store, key, context, logger);
    }
  });
}

async function requestHash(context: ApiContext): Promise<string> {
  const { pathname, search } = new URL(context.req.url);
  const body = await context.req.text();
  return createHash('sha256').update(`${context.req.method} ${pathname}${search}\n${body}`).digest('hex');
}

async function keep(store: IdempotencyPort, key: string, context: ApiContext, logger: Logger): Promise<void> {
  const headers: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = context.res.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  const answer: StoredAnswer = { headers, text: await context.res.clone().text() };
  try {
    if (context.get('failure')?.rule.retryable) await store.release(key);
    else await store.complete(key, context.res.status, answer);
  } catch (error) {
    // The work is done and its answer must reach the caller; only a replay of it is lost.
    logger.error({ err: error, correlationId: context.get('correlationId') }, 'idempotent answer not stored');
  }
}

function replay(context: ApiContext, status: number, { headers, text }: StoredAnswer): Response {
  return context.body(text, status as ContentfulStatusCode, { ...headers, 'Idempotency-Replayed': 'true' });
}
