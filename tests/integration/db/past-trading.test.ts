import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOrderRepository } from '#db/repositories/orders.ts';
import { createPastTrading } from '#db/repositories/past-trading.ts';
import { createRecordRepository } from '#db/repositories/records.ts';
import { createRunRepository } from '#db/repositories/runs.ts';
import type { SnapshotRef } from '#domain/market.ts';
import type { CycleRecord } from '#domain/run.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { proposalOf, verdictOn } from '#tests/support/agent-fixtures.ts';
import { account, BTC, cycleRecord, NOW_MS, newRun, trade } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

const MIDNIGHT_MS = NOW_MS - (NOW_MS % DAY_MS);

const pastOf = (atMs = NOW_MS, deskId = 'desk-1') => createPastTrading(test.database).of(deskId, atMs);

/** A cycle that was decided so many minutes ago, and has ended. */
async function addCycle(
  minutesAgo: number,
  over: Partial<CycleRecord> = {},
  kind: 'cycle' | 'fork' = 'cycle',
) {
  const runId = `${kind}-${minutesAgo}`;
  const asOfMs = NOW_MS - minutesAgo * MINUTE_MS;
  await createRunRepository(test.database).start(newRun({ runId, kind, startedAtMs: asOfMs }));
  const market: SnapshotRef = {
    ...{ snapshotId: `snap-${runId}`, asOfMs, fastTimeframe: '3m', timeframes: ['3m'], symbols: [BTC] },
    source: { kind: 'generator', name: 'generator', synthetic: true },
    ...{ bars: 0, faults: [] },
  };
  await createRecordRepository(test.database).save(cycleRecord({ runId, kind, market, ...over }));
}

async function addTrades(...closedMinutesAgo: readonly number[]): Promise<void> {
  const trades = closedMinutesAgo.map((ago) =>
    trade(`t${ago}`, {
      ...{ openedAtMs: NOW_MS - ago * MINUTE_MS - HOUR_MS, closedAtMs: NOW_MS - ago * MINUTE_MS },
      ...{ grossQuote: '1.000000000000000001', netQuote: '0.9' },
    }),
  );
  const books = { account: account(), positions: [], orders: [], fills: [], fundings: [] };
  await createOrderRepository(test.database).saveBooks('desk-1', {
    ...{ ...books, trades },
    ...{ atMs: NOW_MS, cursor: null },
  });
}

describe('what feedback is made of', () => {
  it('is nothing for a desk that has run no cycle, whatever others have', async () => {
    await addCycle(1);
    await addTrades(1);
    expect(await pastOf(NOW_MS, 'desk-2')).toEqual({ cycles: [], trades: [], equity: [] });
  });

  it('is the last 20 cycles that ended, newest first, with what they proposed and what became of it', async () => {
    const proposal = proposalOf(BTC);
    for (let minutesAgo = 25; minutesAgo > 1; minutesAgo -= 1) await addCycle(minutesAgo);
    await addCycle(1, { proposals: [proposal], verdicts: [verdictOn(proposal)] });
    await createRunRepository(test.database).start(newRun({ runId: 'running' }));
    await addCycle(3, {}, 'fork');
    const { cycles } = await pastOf();
    expect(cycles.map(({ asOfMs }) => (NOW_MS - asOfMs) / MINUTE_MS)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    expect(cycles[0]).toMatchObject({ proposals: [proposal], verdicts: [verdictOn(proposal)] });
  });

  it('holds nothing of the asked moment or after it, so that a run decided again does not see its own end', async () => {
    await addCycle(10);
    await addCycle(5);
    await addTrades(10, 5, 0);
    const past = await pastOf(NOW_MS - 5 * MINUTE_MS);
    expect(past.cycles.map(({ asOfMs }) => asOfMs)).toEqual([NOW_MS - 10 * MINUTE_MS]);
    expect(past.trades.map(({ closedAtMs }) => closedAtMs)).toEqual([NOW_MS - 10 * MINUTE_MS]);
  });

  it('is every trade of the time of those cycles, to the last digit, and the newest 20 where they are fewer', async () => {
    await addCycle(30);
    await addTrades(...Array.from({ length: 25 }, (_, index) => index + 1));
    expect((await pastOf()).trades).toHaveLength(25);
    expect((await pastOf()).trades[0]).toMatchObject({
      grossQuote: '1.000000000000000001',
      closedAtMs: NOW_MS - MINUTE_MS,
    });
    await test.database.sql`update runs set market_as_of_ms = ${NOW_MS - 3 * MINUTE_MS}`;
    expect((await pastOf()).trades).toHaveLength(20);
  });

  it('has the last reading of each of 30 days, and the ends of their deepest fall, with every digit', async () => {
    const readings: (readonly [daysAgo: number, equityQuote: string])[] = [
      ...([
        [31, '99999'],
        [3.2, '100'],
        [3.1, '100.000000000000000001'],
      ] as const),
      ...([
        [2.9, '70'],
        [2.8, '90'],
        [1.5, '95'],
        [0, '1'],
      ] as const),
    ];
    for (const [daysAgo, equityQuote] of readings)
      await test.database.sql`
        insert into equity_snapshots (desk_id, at_ms, equity_quote, balance_quote)
        values ('desk-1', ${MIDNIGHT_MS - daysAgo * DAY_MS}, ${equityQuote}, '1')`;
    const { equity } = await pastOf(MIDNIGHT_MS);
    expect(equity.map(({ atMs, equityQuote }) => [(MIDNIGHT_MS - atMs) / DAY_MS, equityQuote])).toEqual([
      ...[
        [3.1, '100.000000000000000001'],
        [2.9, '70'],
        [2.8, '90'],
        [1.5, '95'],
      ],
    ]);
  });
});
