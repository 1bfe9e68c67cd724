import { describe, expect, it } from 'vitest';
import type { DecimalText } from '#domain/decimal.ts';
import { DAY_MS, type EpochMs, SECOND_MS } from '#domain/time.ts';
import type { BreakerReason, HaltEnd, TradingState } from '#domain/trading-state.ts';
import { createAccountWatch } from '#server/engine/account-watch.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { accountOf } from '#tests/support/agent-fixtures.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';

const MIDNIGHT_MS = Date.UTC(2025, 3, 8);
const ARMED: TradingState = { mode: 'active', reason: 'armed', setBy: 'a person', sinceMs: 1 };

/** One desk, the equity points it has, and what its watch has done. A new watch is a new process. */
function openDesk(equityQuote: DecimalText | null = '10000') {
  const points = new Map<EpochMs, DecimalText>(equityQuote === null ? [] : [[MIDNIGHT_MS, equityQuote]]);
  const trips: (readonly BreakerReason[])[] = [];
  const ends: HaltEnd[] = [];
  const changes: string[] = [];
  const warned: string[] = [];
  const desk = { deskId: 'desk', orders: { cancelEntries: async () => [], protect: async () => [] } };
  let state = ARMED;
  let isAway = false;
  let reads = 0;
  let atMs = MIDNIGHT_MS;

  const newWatch = () =>
    createAccountWatch({
      tradingState: {
        read: async () => state,
        async tighten(_deskId, to, { reason, setBy, atMs: sinceMs }) {
          state = { mode: to, reason, setBy, sinceMs };
          return state;
        },
      },
      equityMarks: {
        async of(_deskId, nowMs) {
          reads += 1;
          if (isAway) throw new Error('the database is away');
          const dayStartMs = nowMs - (nowMs % DAY_MS);
          const known = [...points].sort(([left], [right]) => left - right);
          const before = known.findLast(([pointMs]) => pointMs < dayStartMs) ?? known[0];
          const peak = known.map(([, equity]) => Number(equity)).sort((left, right) => right - left)[0];
          return {
            dayStartQuote: before?.[1] ?? null,
            peakQuote: peak === undefined ? null : String(peak),
          };
        },
        async add(_deskId, point) {
          points.set(point.atMs, point.equityQuote);
        },
      },
      trips: {
        async trip(_desks, { reasons, endsBy }) {
          trips.push(reasons);
          ends.push(endsBy);
          state = { ...state, mode: 'halted', setBy: 'breaker:guard', sinceMs: atMs, endsBy };
        },
      },
      limits: DEFAULT_LIMITS,
      onState: async () => void changes.push(state.mode),
      logger: { ...SILENT_LOGGER, warn: (_fields, words) => void warned.push(words) },
    });
  let watch = newWatch();
  return {
    ...{ points, trips, ends, changes, warned },
    state: () => state,
    reads: () => reads,
    /** A second later the account is worth this. */
    see(quote: DecimalText, laterMs: number = SECOND_MS) {
      atMs += laterMs;
      return watch.judge({ ...desk, symbols: [] }, accountOf({ equityQuote: quote, asOfMs: atMs }));
    },
    restart() {
      watch = newWatch();
    },
    set(to: TradingState) {
      state = to;
    },
    loseDatabase(to: boolean) {
      isAway = to;
    },
  };
}

const triggersOf = (trips: readonly (readonly BreakerReason[])[]) =>
  trips.map((reasons) => reasons.map(({ trigger }) => trigger));

describe('the watch over an account', () => {
  it('does nothing while little is lost', async () => {
    const desk = openDesk();
    for (const equity of ['10000', '9900', '9801']) await desk.see(equity);
    expect(desk.state()).toBe(ARMED);
    expect(desk.trips).toEqual([]);
  });

  it('reduces at once when the day has lost 2%, and says so once', async () => {
    const desk = openDesk();
    for (const equity of ['9800', '9790', '9810', '9780']) await desk.see(equity);
    expect(desk.state()).toEqual({
      mode: 'reducing',
      reason: 'daily loss is 2%, trading halts at 3%',
      setBy: 'breaker:guard',
      sinceMs: MIDNIGHT_MS + SECOND_MS,
    });
    expect(desk.warned).toEqual(['the account asks for closes only']);
    expect(desk.trips).toEqual([]);
  });

  it('trips at once when it has lost 3%, once, also by the process that comes after', async () => {
    const desk = openDesk();
    for (const equity of ['9800', '9700', '9600']) await desk.see(equity);
    expect(desk.changes).toEqual(['reducing', 'halted']);
    desk.restart();
    await desk.see('9600');
    expect(triggersOf(desk.trips)).toEqual([['daily_loss']]);
    expect(desk.trips[0]?.[0]).toMatchObject({ level: 'tripped', value: 0.03, limit: 0.03 });
  });

  it('is no lighter than what a person has said', async () => {
    const desk = openDesk();
    await desk.see('9700');
    const halted = desk.state();
    await desk.see('9790');
    expect(desk.state()).toBe(halted);
  });

  it.each([
    ['waits for a person from then on', 'recovery', [['daily_loss']]],
    ['is told nothing more', 'person', []],
  ] as const)('finds the desk halted by the market, and its halt %s', async (_what, endsBy, expected) => {
    const desk = openDesk();
    desk.set({ mode: 'halted', reason: 'BTC fell', setBy: 'breaker:guard', sinceMs: 1, endsBy });
    for (const equity of ['9700', '9690']) await desk.see(equity);
    expect(triggersOf(desk.trips)).toEqual(expected);
    expect(desk.ends).toEqual(expected.map(() => 'person'));
  });

  it('judges anew when a person has armed: what is still lost of the day halts again', async () => {
    const desk = openDesk();
    await desk.see('9700');
    desk.set(ARMED);
    await desk.see('9690');
    expect(desk.trips).toHaveLength(2);
  });

  it('counts a peak that came and went between the cycles, after a restart too', async () => {
    const desk = openDesk();
    for (const equity of ['10900', '10400']) await desk.see(equity);
    desk.restart();
    await desk.see('9810');
    expect(triggersOf(desk.trips)).toEqual([['drawdown']]);
    expect([...desk.points.values()]).toContain('10900');
  });

  it('keeps no point where nothing is new: it would fill the curve with what cycles tell', async () => {
    const desk = openDesk();
    for (const equity of ['9990', '9995', '9850', '10000']) await desk.see(equity);
    expect(desk.points.size).toBe(1);
  });

  it('asks for marks only when equity or the day is another one, or when it asked for something', async () => {
    const desk = openDesk();
    for (let second = 0; second < 5; second += 1) await desk.see('10000');
    expect(desk.reads()).toBe(1);
    await desk.see('10000', DAY_MS);
    expect(desk.reads()).toBe(2);
    for (let second = 0; second < 3; second += 1) await desk.see('9750');
    expect(desk.reads()).toBe(5);
  });

  it('keeps what was left when it asked for less risk, for whoever arms before the next cycle', async () => {
    const desk = openDesk();
    await desk.see('9790');
    expect(desk.points.get(MIDNIGHT_MS + SECOND_MS)).toBe('9790');
    await desk.see('9690');
    expect(desk.points.get(MIDNIGHT_MS + 2 * SECOND_MS)).toBe('9690');
  });

  it('begins a day with what the one before has ended with, whatever a cycle saw hours before', async () => {
    const desk = openDesk();
    await desk.see('9850', DAY_MS - 2 * SECOND_MS);
    await desk.see('9700', 2 * SECOND_MS);
    expect(desk.state()).toBe(ARMED);
    await desk.see('9650');
    expect(desk.state().mode).toBe('reducing');
  });

  it('takes its first mark from the first look where no cycle has run', async () => {
    const desk = openDesk(null);
    await desk.see('10000');
    await desk.see('9699');
    expect(triggersOf(desk.trips)).toEqual([['daily_loss']]);
  });

  it('says once that it cannot judge, and judges when it can again', async () => {
    const desk = openDesk();
    desk.loseDatabase(true);
    for (const equity of ['9600', '9600']) await desk.see(equity);
    expect(desk.warned).toEqual(['the account could not be judged']);
    expect(desk.state()).toBe(ARMED);
    desk.loseDatabase(false);
    await desk.see('9600');
    expect(desk.trips).toHaveLength(1);
  });
});
