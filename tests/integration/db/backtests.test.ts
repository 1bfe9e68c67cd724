import { afterAll, beforeAll, expect, it } from 'vitest';
import { createBacktestRepository } from '#db/repositories/backtests.ts';
import { runMigration } from '#tests/support/run-migration.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

it('says of a report that was kept before ratios of falls and armings were told that it has none', async () => {
  const { sql, ...database } = test.database;
  await keep('older', { result: { trades: 3 }, performance: { sharpe: { ratio: 1.5 } } });
  await keep('newer', { result: { armings: [{ atMs: 1 }] }, performance: { sortino: { ratio: 2.5 } } });
  await runMigration(sql, 'older_reports');
  const backtests = createBacktestRepository({ ...database, sql });
  expect((await backtests.get('older'))?.report).toEqual({
    result: { trades: 3, armings: [] },
    performance: {
      sharpe: { ratio: 1.5 },
      sortino: { ratio: null, reason: 'it was not told when this was walked', days: 0, trades: 0 },
    },
  });
  expect((await backtests.get('newer'))?.report).toEqual({
    result: { armings: [{ atMs: 1 }] },
    performance: { sortino: { ratio: 2.5 } },
  });
});

async function keep(backtestId: string, report: object): Promise<void> {
  await test.database.sql`
    insert into backtests (backtest_id, market, source, status, strategy, symbols, from_ms, to_ms, created_at_ms, report)
    values (${backtestId}, 'm', '{}', 'finished', 'points', '{}', 0, 1, 0, ${JSON.stringify(report)}::text::jsonb)`;
}
