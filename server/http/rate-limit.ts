import { createMiddleware } from 'hono/factory';
import { AppError } from '#domain/errors.ts';
import type { Clock } from '#domain/time.ts';
import type { RateLimit } from '../api-deps.ts';
import { type ApiEnv, clientAddress } from './api-env.ts';

interface Bucket {
  tokens: number;
  asOfMs: number;
}

/** A page that reloads everything every second stays far below it; a loop without a wait does not. */
export const DEFAULT_RATE_LIMIT: RateLimit = { limit: 1_200, perMs: 60_000 };

const MAX_CLIENTS = 10_000;

/** One token bucket for each client address; the answer's RateLimit headers tell what is left. */
export function rateLimit({ limit, perMs }: RateLimit, clock: Clock) {
  const buckets = new Map<string, Bucket>();
  const tokensPerMs = limit / perMs;

  function take(client: string): { allowed: boolean; remaining: number; fullInMs: number; nextInMs: number } {
    const nowMs = clock.nowMs();
    const bucket = buckets.get(client) ?? { tokens: limit, asOfMs: nowMs };
    bucket.tokens = Math.min(limit, bucket.tokens + Math.max(0, nowMs - bucket.asOfMs) * tokensPerMs);
    bucket.asOfMs = nowMs;
    const allowed = bucket.tokens >= 1;
    if (allowed) bucket.tokens -= 1;
    // Re-inserted so that the map stays sorted by last use and the oldest can go first.
    buckets.delete(client);
    buckets.set(client, bucket);
    if (buckets.size > MAX_CLIENTS) buckets.delete(buckets.keys().next().value as string);
    return {
      allowed,
      remaining: Math.floor(bucket.tokens),
      fullInMs: (limit - bucket.tokens) / tokensPerMs,
      nextInMs: Math.max(0, 1 - bucket.tokens) / tokensPerMs,
    };
  }

  return createMiddleware<ApiEnv>(async (context, next) => {
    const left = take(clientAddress(context));
    const headers = {
      'RateLimit-Limit': String(limit),
      'RateLimit-Remaining': String(left.remaining),
      'RateLimit-Reset': String(Math.ceil(left.fullInMs / 1_000)),
    };
    if (!left.allowed)
      throw new AppError(
        'rate_limited',
        `more than ${limit} requests in ${perMs / 1_000} s from this address`,
        {
          context: {
            headers: { ...headers, 'Retry-After': String(Math.max(1, Math.ceil(left.nextInMs / 1_000))) },
          },
        },
      );
    await next();
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value);
  });
}
