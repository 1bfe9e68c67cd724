import { findRedis, removeQueue, skipWithoutRedis } from '#tests/support/redis.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { describeQueue } from './queue.suite.ts';

const redis = await findRedis();
let test: TestDatabase;

describeQueue('the queue on Redis', {
  kind: 'redis',
  defaultPort: 6379,
  skip: (context) => skipWithoutRedis(context, redis),
  environment: () => ({ DATABASE_URL: test.url, REDIS_URL: redis.url }),
  async open() {
    test = await createTestDatabase();
    return redis.url;
  },
  async close(names) {
    await test.drop();
    if (redis.skipReason === null) for (const name of names) await removeQueue(redis.url, name);
  },
});
