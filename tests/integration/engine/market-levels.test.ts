import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTradingStateRepository } from '#db/repositories/trading-state.ts';
import type { PositionSide } from '#domain/account.ts';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import type { BreakerReason, HaltEnd } from '#domain/trading-state.ts';
import { createMarketLevels } from '#server/engine/market-levels.ts';
import type { MarketWatch } from '#server/engine/market-watch.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { BTC, NOW_MS } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import type { MarketAssessment } from '#tools/breaker/market-breaker.ts';
import type { CustodyNote } from '#tools/orders/custody.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

const CLEAR: MarketAssessment = { level: 'clear', reasons: [], recovery: null, isBlind: false };
const DESK = 'desk-1';

function fell(level: BreakerReason['level']): MarketAssessment {
  const numbers = { value: 0.11, limit: 0.15, message: 'BTC fell 11%' };
  const reason = { trigger: 'btc_fall_1h', level, symbol: BTC, hurts: ['long' as const], ...numbers };
  const recovery =
    level === 'tripped' ? { isRecovered: false, asOfMs: NOW_MS, trippedAtMs: NOW_MS, conditions: [] } : null;
  return { level, reasons: [reason], recovery, isBlind: false };
}

/** A guard's levels over one desk, a market that shows what the test says, and what was done. */
function guarded(tightened: readonly CustodyNote[] = []) {
  const states = createTradingStateRepository(test.database, {
    defaultState: { mode: 'active', reason: 'start', setBy: 'start-up', sinceMs: 0 },
    market: { key: 'here', includes: () => true },
  });
  let nowMs = NOW_MS;
  let shown: MarketAssessment | null = CLEAR;
  let isWhole = true;
  const done: (readonly [string, readonly PositionSide[]])[] = [];
  const forgiven: number[] = [];
  const told: string[] = [];
  const halted: string[][] = [];
  let marketHaltsEndBy: HaltEnd = 'recovery';
  const watch: MarketWatch = {
    look: async () => {},
    assess: () => shown,
    hasSeenEndOf: () => isWhole && shown?.level !== 'tripped',
    forgive: (untilMs) => void forgiven.push(untilMs),
    close: () => {},
  };
  const open = () =>
    createMarketLevels({
      ...{ tradingState: states, nowMs: () => nowMs, calmMs: 30 * MINUTE_MS, logger: SILENT_LOGGER },
      marketHaltsEndBy,
      trips: { trip: async (_desks, { reasons }) => void halted.push(reasons.map(({ trigger }) => trigger)) },
      onState: async (deskId) => void told.push(deskId),
    });
  let levels = open();
  const desk = {
    deskId: DESK,
    symbols: [BTC],
    orders: {
      cancelEntries: async () => [],
      protect: async () => [],
      tightenStops: async (occasion: string, sides: readonly PositionSide[]) => {
        done.push([occasion, sides]);
        return tightened;
      },
    },
  };
  return {
    ...{ states, done, forgiven, told, halted },
    endBy(who: HaltEnd) {
      marketHaltsEndBy = who;
      levels = open();
    },
    begin: () => levels.begin(),
    async look(shows: MarketAssessment | null, afterMs = 0) {
      nowMs += afterMs;
      shown = shows;
      await levels.judge(desk, watch);
    },
    restart() {
      levels = open();
    },
    blind() {
      isWhole = false;
    },
    halt: (endsBy: 'recovery' | 'person') =>
      states.tighten(DESK, 'halted', { reason: 'BTC fell', setBy: 'breaker:guard', atMs: nowMs, endsBy }),
    arm: () => states.arm(DESK, { reason: 'mine', setBy: 'a person', atMs: nowMs }),
    mode: async () => (await states.read(DESK)).mode,
    level: async () => (await states.level(DESK)).level,
    standing: () => levels.standing([desk]),
    concerned: (atMs: number) => levels.concerned([desk], { reasons: [], atMs, isOld: true }),
    events: async () => (await states.breakerEvents({ limit: 10 })).items,
  };
}

describe('the market at watch', () => {
  const moved: CustodyNote = { action: 'placed', symbol: BTC, detail: 'stop 95 to 97.5' };

  it('is stored for the gate, tells the pages once, and brings stops on its side nearer once', async () => {
    const guard = guarded([moved]);
    await guard.look(fell('watch'));
    await guard.look(fell('watch'), 1_000);
    await guard.look(fell('watch'), 1_000);
    expect((await guard.states.read(DESK)).atRisk).toMatchObject({ sides: ['long'], sinceMs: NOW_MS });
    expect(guard.done).toEqual([[`breaker:watch at ${NOW_MS}`, ['long']]]);
    expect(guard.told).toEqual([DESK]);
    expect(await guard.events()).toMatchObject([
      { level: 'watch', reasons: [{ trigger: 'btc_fall_1h' }], actions: [{ name: `placed ${BTC}` }] },
    ]);
  });

  it('is asked for again after a restart by the same name, and tried until it stands', async () => {
    const guard = guarded([{ action: 'failed', symbol: BTC, detail: 'no answer yet' }]);
    await guard.look(fell('watch'));
    await guard.look(fell('watch'), 1_000);
    guard.restart();
    await guard.look(fell('watch'), HOUR_MS);
    expect(new Set(guard.done.map(([occasion]) => occasion)).size).toBe(1);
    expect(guard.done).toHaveLength(3);
  });

  it('is over when the market is clear', async () => {
    const guard = guarded();
    await guard.look(fell('watch'));
    await guard.look(CLEAR, 1_000);
    expect((await guard.states.read(DESK)).atRisk).toBeUndefined();
    expect(await guard.level()).toBe('clear');
  });

  it('stays where it was while nothing can be measured', async () => {
    const guard = guarded();
    await guard.look(fell('watch'));
    await guard.look(null, 1_000);
    expect(await guard.level()).toBe('watch');
  });
});

describe('a halt of the market', () => {
  it('ends when the market has recovered and has been calm for its time, and is told', async () => {
    const guard = guarded();
    await guard.halt('recovery');
    await guard.look(fell('tripped'));
    await guard.look(CLEAR, 29 * MINUTE_MS);
    expect(await guard.mode()).toBe('halted');
    await guard.look(CLEAR, MINUTE_MS);
    expect(await guard.mode()).toBe('active');
    expect(await guard.events()).toMatchObject([
      { level: 'clear', actions: [{ name: 'armed', detail: 'the market has recovered from: BTC fell' }] },
    ]);
  });

  it('stands while the market is tripped, unread, not wholly seen, or a cycle still sees the fall', async () => {
    const guard = guarded();
    await guard.halt('recovery');
    await guard.look(fell('tripped'), 5 * HOUR_MS);
    await guard.look(null, HOUR_MS);
    expect(await guard.mode()).toBe('halted');
    const [reason] = fell('tripped').reasons;
    await guard.states.setLevel(DESK, { level: 'tripped', reasons: reason ? [reason] : [], atMs: NOW_MS });
    await guard.look(CLEAR, HOUR_MS);
    expect(await guard.mode()).toBe('halted');
    await guard.states.setLevel(DESK, { level: 'clear', reasons: [], atMs: NOW_MS });
    guard.blind();
    await guard.look(CLEAR, HOUR_MS);
    expect(await guard.mode()).toBe('halted');
  });

  it('waits for a person where that is configured since, whatever it was stored with', async () => {
    const guard = guarded();
    await guard.halt('recovery');
    guard.endBy('person');
    await guard.look(CLEAR, HOUR_MS);
    expect(await guard.mode()).toBe('halted');
  });

  it('begins by the level where a trip was lost between two desks of thought', async () => {
    const guard = guarded();
    await guard.look(fell('tripped'));
    expect(guard.halted).toEqual([['btc_fall_1h', 'market_recovery']]);
  });

  it('ends though another guard has led meanwhile and left its level', async () => {
    const guard = guarded();
    await guard.look(CLEAR);
    await guard.halt('recovery');
    const told = { ...fell('tripped'), atMs: NOW_MS, overriddenAtMs: null };
    await guard.states.setWatch(DESK, { ...told, reasons: [] });
    guard.begin();
    await guard.look(CLEAR, HOUR_MS);
    expect(await guard.mode()).toBe('active');
  });

  it('that waits for a person stands whatever the market does', async () => {
    const guard = guarded();
    await guard.halt('person');
    await guard.look(CLEAR, 24 * HOUR_MS);
    expect(await guard.mode()).toBe('halted');
    expect((await guard.standing()).haltedSinceMs).toBeNull();
  });

  it('is known to the watch that comes after', async () => {
    const guard = guarded();
    await guard.halt('recovery');
    expect(await guard.standing()).toEqual({ haltedSinceMs: NOW_MS, overriddenAtMs: null });
  });
});

describe('a person who overrides a trip', () => {
  it('is heard by the watch once, and not overruled by the trip that stood', async () => {
    const guard = guarded();
    await guard.halt('recovery');
    await guard.look(fell('tripped'));
    await guard.arm();
    await guard.look(fell('tripped'), 0);
    await guard.look(fell('tripped'), 1_000);
    expect(guard.forgiven).toEqual([NOW_MS]);
    expect(await guard.level()).toBe('watch');
    expect(await guard.mode()).toBe('active');
    expect(guard.halted).toEqual([]);
    expect(await guard.concerned(NOW_MS)).toEqual([]);
    expect(await guard.concerned(NOW_MS + 1)).toHaveLength(1);
    expect(await guard.standing()).toEqual({ haltedSinceMs: null, overriddenAtMs: NOW_MS });
  });
});
