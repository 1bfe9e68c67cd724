/** The Redis of the tests: database 9 of the one at hand, with queue names that nobody else has. */
import { Redis } from 'ioredis';
import type { TestContext } from 'vitest';

const DEFAULT_URL = 'redis://127.0.0.1:6379';
const DATABASE = 9;

export interface RedisSearch {
  readonly url: string;
  /** Why tests that need it are skipped; null when it answers. */
  readonly skipReason: string | null;
}

/** @throws when it is not there and VIGIL_TEST_REQUIRE asks for it */
export async function findRedis(environment: NodeJS.ProcessEnv = process.env): Promise<RedisSearch> {
  const url = new URL(environment.VIGIL_TEST_REDIS_URL || DEFAULT_URL);
  if (url.pathname === '' || url.pathname === '/') url.pathname = `/${DATABASE}`;
  if (await answers(url.href)) return { url: url.href, skipReason: null };
  const reason = `no Redis answers at ${url.host}: start one there, or name another in VIGIL_TEST_REDIS_URL`;
  const required = (environment.VIGIL_TEST_REQUIRE ?? '').split(',').map((name) => name.trim());
  if (required.includes('redis') || required.includes('all')) throw new Error(reason);
  return { url: url.href, skipReason: reason };
}

export function skipWithoutRedis(context: TestContext, { skipReason }: RedisSearch): void {
  if (skipReason !== null) context.skip(skipReason);
}

/** Removes what a queue of a test left. */
export async function removeQueue(url: string, name: string): Promise<void> {
  const redis = new Redis(url);
  const keys = await redis.keys(`bull:${name}:*`);
  if (keys.length > 0) await redis.del(keys);
  await redis.quit();
}

async function answers(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: 2_000, retryStrategy: () => null });
  redis.on('error', () => {});
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}
