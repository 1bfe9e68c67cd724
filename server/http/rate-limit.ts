import { createMiddleware } from 'hono/factory';
import { AppError } from '#domain/errors.ts';
import type { Clock } from '#domain/time.ts';
import type { RateLimit } from '../api-deps.ts';
import type { ApiContext, ApiEnv } from './api-env.ts';

interface Bucket {
  tokens: number;
  asOfMs: number;
}

/** A page that reloads everything every second stays far below it; a loop without a wait does not. */
export const DEFAULT_RATE_LIMIT: RateLimit = { limit: 1_200, perMs: 60_000 };

const MAX_CLIENTS = 10_000;

type ClientOf = (context: ApiContext) => string | null;

const byAddress: ClientOf = (context) => context.get('peer').address;
/** From however many addresses it calls. */
const bySession: ClientOf = (context) => context.get('caller')?.session?.sessionId ?? null;

/** One token bucket for each client address; the answer's RateLimit headers tell what is left. */
export function rateLimit(limit: RateLimit, clock: Clock) {
  return limitBy(byAddress, 'address', limit, clock);
}

/** One for each browser session. Behind authentication; says nothing where there is no session. */
export function sessionRateLimit(limit: RateLimit, clock: Clock) {
  return limitBy(bySession, 'session', limit, clock);
}

function limitBy(clientOf: ClientOf, whose: string, { limit, perMs }: RateLimit, clock: Clock) {
  const take = createBuckets({ limit, perMs }, clock);
  return createMiddleware<ApiEnv>(async (context, next) => {
    const client = clientOf(context);
    if (client === null) return next();
    const left = take(client);
    const headers = {
      'RateLimit-Limit': String(limit),
      'RateLimit-Remaining': String(left.remaining),
      'RateLimit-Reset': String(Math.ceil(left.fullInMs / 1_000)),
    };
    if (!left.allowed)
      throw new AppError(
        'rate_limited',
        `more than ${limit} requests in ${perMs / 1_000} s from this ${whose}`,
        {
          context: {
            headers: { ...headers, 'Retry-After': String(Math.max(1, Math.ceil(left.nextInMs / 1_000))) },
          },
        },
      );
    await next();
    const told = context.res.headers.get('RateLimit-Remaining');
    // Two limits may hold: the nearer one is told.
    if (told !== null && Number(told) <= left.remaining) return;
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value);
  });
}

interface Left {
  readonly allowed: boolean;
  readonly remaining: number;
  readonly fullInMs: number;
  readonly nextInMs: number;
}

function createBuckets({ limit, perMs }: RateLimit, clock: Clock): (client: string) => Left {
  const buckets = new Map<string, Bucket>();
  const tokensPerMs = limit / perMs;
  return (client) => {
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
  };
}
