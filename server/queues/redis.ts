/** Connections to Redis: at the start they answer soon or fail; a later outage they sit out. */
import { Redis } from 'ioredis';
import { AppError, toAppError } from '#domain/errors.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface RedisConnections {
  /** For what somebody waits for: answers in seconds or fails. */
  readonly asking: Redis;
  /** For workers: waits for as long as an outage lasts. */
  readonly working: Redis;
  close(): Promise<void>;
}

const ANSWER_WITHIN_MS = 3_000;

/** @throws AppError `queue_unavailable` naming host and port */
export async function connectRedis(url: string, logger: Logger): Promise<RedisConnections> {
  const asking = new Redis(url, {
    lazyConnect: true,
    connectTimeout: ANSWER_WITHIN_MS,
    commandTimeout: ANSWER_WITHIN_MS,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
  });
  await connectSoon(asking, url);
  asking.on('error', (err) => logger.warn({ err }, 'redis'));
  const working = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: null });
  working.on('error', (err) => logger.warn({ err }, 'redis'));
  return {
    asking,
    working,
    async close() {
      await asking.quit().catch(() => asking.disconnect());
      working.disconnect();
    },
  };
}

/** The library tries for ever, and waits for ever for a server that takes connections and says nothing. */
async function connectSoon(redis: Redis, url: string): Promise<void> {
  let refusal: Error | null = null;
  const noteRefusal = (err: Error) => {
    refusal ??= err;
  };
  redis.on('error', noteRefusal);
  const deadline = setTimeout(() => redis.disconnect(), ANSWER_WITHIN_MS);
  try {
    await redis.connect();
    // A wrong password or database number leaves the connection standing, and the library silent.
    await redis.ping();
    if (refusal !== null) throw refusal;
  } catch (thrown) {
    redis.disconnect();
    const cause = refusal ?? thrown;
    throw new AppError(
      'queue_unavailable',
      `Redis at ${redisPlace(url)} cannot be used (${toAppError(cause).message}): start it, correct REDIS_URL, or unset it to keep the queue in Postgres`,
      { cause },
    );
  } finally {
    clearTimeout(deadline);
    redis.off('error', noteRefusal);
  }
}

/** `127.0.0.1:6379`: what a person may read of a Redis URL. */
export function redisPlace(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname || '127.0.0.1'}:${port || '6379'}`;
}
