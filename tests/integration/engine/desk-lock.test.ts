import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toAppError } from '#domain/errors.ts';
import { createAdvisoryLocks } from '#server/engine/advisory-locks.ts';
import { createDeskLock } from '#server/engine/desk-lock.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
let pools: pg.Pool[];
beforeAll(async () => {
  test = await createTestDatabase();
  pools = [0, 1].map(() => new pg.Pool({ connectionString: test.url, max: 2 }));
});
afterAll(async () => {
  for (const pool of pools) await pool.end();
  await test.drop();
});

it('tells the work under a desk’s lock when the lock went with its connection to another process', async () => {
  const [first, second] = pools.map((pool) => createDeskLock(createAdvisoryLocks(pool, test.url), 'desk-1'));
  if (first === undefined || second === undefined) throw new Error('there are two locks');
  await first.exclusive(async () => {
    first.assertExclusive();
    await test.database.sql`
      select pg_terminate_backend(pid) from pg_locks
      where locktype = 'advisory' and granted
        and database = (select oid from pg_database where datname = current_database())`;
    await second.exclusive(async () => second.assertExclusive());
    await expect.poll(() => codeOf(first.assertExclusive)).toBe('database_unavailable');
  });
  await first.exclusive(async () => first.assertExclusive());
  expect(codeOf(first.assertExclusive)).toBe('internal');
});

function codeOf(assert: () => void): string | null {
  try {
    assert();
    return null;
  } catch (thrown) {
    return toAppError(thrown).code;
  }
}
