import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRecordRepository } from '#db/repositories/records.ts';
import { createRunRepository } from '#db/repositories/runs.ts';
import { createSignalRepository } from '#db/repositories/signals.ts';
import type { CycleRecord } from '#domain/run.ts';
import type { Signal } from '#domain/signal.ts';
import { BTC, cycleRecord, NOW_MS, newRun } from '#tests/support/database-rows.ts';
import { runMigration } from '#tests/support/run-migration.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const ETH = 'ETH/USDT:USDT';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

function signal(symbol: string, atMs: number, change: Partial<Signal> = {}): Signal {
  return {
    ...{ symbol, atMs, action: 'hold', score: 1, confidenceFraction: 0.25, strategy: 'weighted_points' },
    readings: [{ rule: 'vwap_side', timeframe: '15m', points: 1, evidence: 'close 2, VWAP 1' }],
    ...{ spikes: [], lastQuote: 100, atrQuote: null, indicators: [], reason: 'hold at +1 points' },
    regime: { trend: 'bull', volatilityRatio: 1, volatility: 'normal', btcCorrelation: null },
    ...change,
  };
}

/** A cycle that looked at this market time and saw both symbols; BTC as `change` says. */
async function cycle(
  at: number,
  { deskId = 'desk-1', ...change }: Partial<Signal> & { deskId?: string } = {},
) {
  const runId = `run-${deskId}-${at}`;
  const atMs = NOW_MS + at * 60_000;
  await createRunRepository(test.database).start(newRun({ runId, deskId, startedAtMs: atMs }));
  const signals = [signal(BTC, atMs, change), signal(ETH, atMs)];
  await createRecordRepository(test.database).save(cycleRecord({ runId, deskId, signals }));
  return runId;
}

const list = (filter: Partial<Parameters<ReturnType<typeof createSignalRepository>['list']>[0]> = {}) =>
  createSignalRepository(test.database).list({ limit: 50, deskIds: ['desk-1'], ...filter });

describe('the history of signals', () => {
  it('has a line for each symbol of each cycle, newest first, with the rules that voted', async () => {
    const runId = await cycle(0, { action: 'buy', score: 4 });
    await cycle(1);
    const { items } = await list();
    expect(items.map(({ symbol, atMs }) => [symbol, atMs - NOW_MS])).toEqual([
      [ETH, 60_000],
      [BTC, 60_000],
      [ETH, 0],
      [BTC, 0],
    ]);
    expect(items[3]).toMatchObject({
      ...{ runId, deskId: 'desk-1', action: 'buy', score: 4, trend: 'bull', spikes: 0 },
      points: { vwap_side: 1 },
    });
  });

  it('is paged without a line twice or left out, also within one cycle', async () => {
    for (const at of [0, 1, 2]) await cycle(at);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await list({ limit: 1, cursor });
      seen.push(...page.items.map(({ signalId }) => signalId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toHaveLength(6);
    expect(new Set(seen).size).toBe(6);
  });

  it('is filtered by desk, symbol, action and market time', async () => {
    await cycle(0, { action: 'sell', score: -3 });
    await cycle(1, { action: 'buy', score: 3 });
    await cycle(2);
    await cycle(1, { deskId: 'desk-2', action: 'buy', score: 5 });
    const of = async (filter: Parameters<typeof list>[0]) =>
      (await list(filter)).items.map(({ score }) => score);
    expect(await of({ actions: ['buy', 'sell'] })).toEqual([3, -3]);
    expect(await of({ deskIds: ['desk-2'], symbol: BTC })).toEqual([5]);
    expect(await of({ symbol: BTC, fromMs: NOW_MS + 60_000, toMs: NOW_MS + 120_000 })).toEqual([3]);
  });

  it('keeps what the first record of a run said, and nothing of an analysis', async () => {
    const runId = await cycle(0, { score: 2 });
    const late = cycleRecord({ runId, signals: [signal(BTC, NOW_MS, { score: -7 })] });
    await createRecordRepository(test.database).save(late);
    await createRunRepository(test.database).start(newRun({ runId: 'analysis-1', kind: 'analysis' }));
    await createRecordRepository(test.database).save(
      cycleRecord({ runId: 'analysis-1', kind: 'analysis', signals: [signal(BTC, NOW_MS)] }),
    );
    const { items } = await list({ symbol: BTC });
    expect(items.map(({ score }) => score)).toEqual([2]);
  });

  it('refuses a cursor that is not ours', async () => {
    await expect(list({ cursor: 'no' })).rejects.toMatchObject({ code: 'request_invalid' });
  });

  it('is made of the records there were before there was a history', async () => {
    await cycle(0, { action: 'buy', score: 4 });
    const { items: written } = await list();
    const { sql } = test.database;
    await sql`truncate signals`;
    await runMigration(sql, 'signals_of_cycles', -1);
    expect((await list()).items).toEqual(written);
  });
});

describe('the newest record', () => {
  it('is of the desk’s last cycle that saw a market', async () => {
    const records = createRecordRepository(test.database);
    expect(await records.newest('desk-1')).toBeNull();
    const market: CycleRecord['market'] = {
      ...{ snapshotId: 's1', source: { kind: 'generator', name: 'g', synthetic: true }, asOfMs: NOW_MS },
      ...{ fastTimeframe: '3m', timeframes: ['3m'], symbols: [BTC], bars: 1, faults: [] },
    };
    await createRunRepository(test.database).start(newRun({ runId: 'saw' }));
    await records.save(cycleRecord({ runId: 'saw', market }));
    await createRunRepository(test.database).start(newRun({ runId: 'blind', startedAtMs: NOW_MS + 1 }));
    await records.save(cycleRecord({ runId: 'blind', market: null }));
    expect(await records.newest('desk-1')).toMatchObject({ runId: 'saw' });
    expect(await records.newest('desk-2')).toBeNull();
  });
});
