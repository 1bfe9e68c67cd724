import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSnapshotRepository } from '#db/repositories/snapshots.ts';
import { createTradingStateRepository } from '#db/repositories/trading-state.ts';
import { snapshotRef } from '#domain/market.ts';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import type { TradingState } from '#domain/trading-state.ts';
import { createTripSnapshots } from '#server/engine/trip-snapshots.ts';
import { BTC, ETH } from '#tests/support/agent-fixtures.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { AS_OF_MS, crashed, snapshotOf } from '#tests/unit/tools/breaker/made-crash.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

/** Two coins of which BTC has fallen by 18% within the hour, and a desk that was halted for it. */
function fallen() {
  const frozen = snapshotOf(
    crashed(BTC, { fall: 0.18, agoMs: HOUR_MS / 2 }),
    crashed(ETH, { fall: 0, agoMs: HOUR_MS }),
  );
  const market = {
    snapshot: async ({ snapshotId }: { readonly snapshotId: string }) => ({ ...frozen, snapshotId }),
  };
  const snapshots = createSnapshotRepository(test.database);
  const tradingState = createTradingStateRepository(test.database, {
    defaultState: { mode: 'active', reason: 'start', setBy: 'start-up', sinceMs: 0 },
    market: { key: 'here', includes: () => true },
  });
  const open = () =>
    createTripSnapshots({
      ...{ market, tradingState, nowMs: () => AS_OF_MS, barsPerSeries: 150 },
      snapshots: { save: (snapshot) => snapshots.saveRef(snapshotRef(snapshot), null) },
      isKept: async (snapshotId) => (await snapshots.loadRef(snapshotId)) !== null,
    });
  const halt: TradingState = {
    ...{ mode: 'halted', reason: 'BTC fell', setBy: 'breaker:guard', sinceMs: AS_OF_MS },
  };
  const desk = { deskId: 'desk-1', symbols: [BTC, ETH] };
  const events = async () => (await tradingState.breakerEvents({ limit: 9 })).items;
  return { open, halt, desk, events, snapshots };
}

describe('the market of a trip', () => {
  it('is frozen with its candles, and what it came to stands in the event', async () => {
    const { open, halt, desk, events, snapshots } = fallen();
    await open().keep(desk, halt);
    const [event, ...more] = await events();
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      level: 'tripped',
      snapshotId: `trip-desk-1-${halt.sinceMs}`,
      actions: [{ name: 'market frozen', detail: `2 of 2 symbols, trip-desk-1-${halt.sinceMs}` }],
    });
    expect(event?.market.find(({ symbol }) => symbol === BTC)).toMatchObject({
      ...{ lastQuote: 82, hourHighQuote: 100, fourHourHighQuote: 100 },
    });
    expect(event?.market.find(({ symbol }) => symbol === ETH)).toMatchObject({
      lastQuote: 100,
      hourHighQuote: 100,
    });
    expect((await snapshots.loadRef(event?.snapshotId ?? ''))?.ref.symbols).toEqual([BTC, ETH]);
  });

  it('is frozen once, by whoever asks, and anew for the next trip', async () => {
    const { open, halt, desk, events } = fallen();
    const guard = open();
    await Promise.all([guard.keep(desk, halt), guard.keep(desk, halt)]);
    await open().keep(desk, halt);
    expect(await events()).toHaveLength(1);
    await guard.keep(desk, { ...halt, sinceMs: halt.sinceMs + HOUR_MS + MINUTE_MS });
    expect(await events()).toHaveLength(2);
  });
});
