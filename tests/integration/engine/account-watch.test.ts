import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEquityMarks } from '#db/repositories/equity-marks.ts';
import { createTradingStateRepository } from '#db/repositories/trading-state.ts';
import { DAY_MS, type EpochMs, MINUTE_MS, SECOND_MS } from '#domain/time.ts';
import { createAccountWatch } from '#server/engine/account-watch.ts';
import { createTrips } from '#server/engine/trips.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { accountOf } from '#tests/support/agent-fixtures.ts';
import { NO_SNAPSHOTS } from '#tests/support/no-breaker.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';

const MIDNIGHT_MS = Date.UTC(2025, 3, 8);
const DESK_ID = 'replay--desk';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

/** The watch of one process over a desk whose books are all in the database. */
function openWatch() {
  let nowMs: EpochMs = MIDNIGHT_MS;
  const tradingState = createTradingStateRepository(test.database, {
    defaultState: { mode: 'active', reason: 'start', setBy: 'start-up', sinceMs: 0 },
    market: { key: 'replay', includes: (deskId) => deskId === DESK_ID },
  });
  const equityMarks = createEquityMarks(test.database, { marketKey: 'replay' });
  const desk = {
    deskId: DESK_ID,
    symbols: [],
    orders: { cancelEntries: async () => [], protect: async () => [] },
  };
  const logger = SILENT_LOGGER;
  const trips = createTrips({ tradingState, snapshots: NO_SNAPSHOTS, nowMs: () => nowMs, logger });
  const watch = createAccountWatch({
    ...{ tradingState, equityMarks, trips, limits: DEFAULT_LIMITS, logger },
    onState: async () => {},
  });
  return {
    equityMarks,
    tradingState,
    async see(equityQuote: string, atMs: EpochMs) {
      nowMs = atMs;
      await watch.judge(desk, accountOf({ equityQuote, asOfMs: atMs }));
      return (await tradingState.read(DESK_ID)).mode;
    },
    triggers: async () =>
      (await tradingState.breakerEvents({ limit: 9 })).items.map(({ reasons }) =>
        reasons.map(({ trigger }) => trigger),
      ),
  };
}

/** A desk that ended yesterday with 9200 and has come up to 9990 today, as its cycles saw it. */
async function risenDesk() {
  const desk = openWatch();
  for (const [atMs, equityQuote] of [
    [MIDNIGHT_MS - MINUTE_MS, '9200'],
    [MIDNIGHT_MS + MINUTE_MS, '9990'],
  ] as const)
    await desk.equityMarks.add(DESK_ID, { atMs, equityQuote, balanceQuote: equityQuote });
  return desk;
}
const LATER_MS = MIDNIGHT_MS + 2 * MINUTE_MS;

describe('an account that falls between the cycles', () => {
  it('halts for every process after it, and by one event', async () => {
    const first = await risenDesk();
    expect(await first.see('8992', LATER_MS)).toBe('reducing');
    expect(await first.see('8991', LATER_MS + SECOND_MS)).toBe('halted');
    const second = openWatch();
    expect(await second.see('8980', LATER_MS + 2 * SECOND_MS)).toBe('halted');
    expect(await second.triggers()).toEqual([['drawdown']]);
  });

  it('is measured from what was left when a person arms before the next cycle', async () => {
    const desk = await risenDesk();
    expect(await desk.see('8991', LATER_MS)).toBe('halted');
    await desk.tradingState.arm(DESK_ID, { reason: 'go on', setBy: 'a person', atMs: LATER_MS + SECOND_MS });
    // The day has still lost more than 2%, which nobody forgives.
    expect(await desk.see('8990', LATER_MS + 2 * SECOND_MS)).toBe('reducing');
    expect(await desk.triggers()).toEqual([['drawdown']]);
  });

  it('has a peak that only the guard saw, and a day that begins with what it saw last', async () => {
    const desk = await risenDesk();
    await desk.see('10400', LATER_MS);
    await desk.see('10300', MIDNIGHT_MS + DAY_MS - SECOND_MS);
    await desk.see('10290', MIDNIGHT_MS + DAY_MS);
    expect(await openWatch().equityMarks.of(DESK_ID, MIDNIGHT_MS + DAY_MS)).toEqual({
      dayStartQuote: '10300',
      peakQuote: '10400',
    });
  });
});
