/** A walk in which a person arms the desk, and one in which nobody does. */
import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { createGeneratorMarket } from '#exchanges/generator/generator-market.ts';
import { reckonBacktest } from '#server/backtest/backtest-result.ts';
import { NOTHING_DONE, type StoredBacktest, walkBacktest } from '#server/backtest/walk-backtest.ts';
import { BTC } from '#tests/support/agent-fixtures.ts';
import { openWalkedDesk, spanOf } from '#tests/support/walked-backtest.ts';

const FROM_MS = Date.UTC(2025, 0, 30);
const TO_MS = FROM_MS + 6 * HOUR_MS;
const FELL_MS = FROM_MS + HOUR_MS;
const DRAWN_DOWN = 'drawdown is 5.1%, trading halts at 10%';

/** Falls from its best and is tightened an hour after its start, as a guard would do. */
async function walk(
  waitMs: number | null,
  { to = 'reducing', endsBy = 'person' }: { to?: 'reducing' | 'halted'; endsBy?: 'person' | 'recovery' } = {},
  { untilMs = TO_MS, begun = null }: { untilMs?: number; begun?: StoredBacktest | null } = {},
) {
  const market = createGeneratorMarket({ seed: 7, barsPerSeries: 150 });
  const desk = await openWalkedDesk(market, FROM_MS, begun?.desk);
  const span = { ...spanOf(market, FROM_MS, TO_MS), ...(waitMs !== null && { armAfterMs: waitMs }) };
  const stopping = new AbortController();
  const state = await walkBacktest(desk, span, {
    begun: begun ?? NOTHING_DONE,
    signal: stopping.signal,
    async onInstant({ doneToMs }) {
      if (doneToMs === FELL_MS) {
        desk.equity.set({ atMs: FELL_MS - MINUTE_MS, equityQuote: '10540', balanceQuote: '10540' });
        const why = { reason: DRAWN_DOWN, setBy: 'breaker:guard', atMs: FELL_MS, endsBy };
        await desk.tradingState.tighten('walked', to, why);
      }
      if (doneToMs === untilMs) stopping.abort();
    },
  });
  const { result } = await reckonBacktest(desk, state, { strategy: 'points', symbols: [BTC], span, market });
  const marks = await desk.equity.of('walked', TO_MS);
  const kept: StoredBacktest = JSON.parse(JSON.stringify({ ...state, desk: await desk.contents() }));
  desk.close();
  return { state: desk.tradingState.now(), armings: result.armings, marks, kept };
}

describe('a desk that waits for a person in a backtest', { timeout: 60_000 }, () => {
  it('waits to the end where nobody arms it, and the report has no arming', async () => {
    const { state, armings, marks } = await walk(null, { to: 'halted' });
    expect(state).toMatchObject({ mode: 'halted', reason: DRAWN_DOWN });
    expect(armings).toEqual([]);
    expect(marks.peakQuote).toBe('10540');
  });

  it.each(['reducing', 'halted'] as const)(
    'is armed from %s once it has waited as long as was asked, and begins anew with what is left',
    async (to) => {
      const { state, armings, marks } = await walk(2 * HOUR_MS, { to });
      expect(armings).toEqual([
        { atMs: FELL_MS + 2 * HOUR_MS, mode: to, sinceMs: FELL_MS, reason: DRAWN_DOWN },
      ]);
      expect(state).toMatchObject({ mode: 'active', setBy: 'person', sinceMs: FELL_MS + 2 * HOUR_MS });
      expect(Number(marks.peakQuote)).toBeLessThan(10_500);
    },
  );

  it('is not armed where the market’s own recovery ends its halt', async () => {
    const { armings } = await walk(HOUR_MS, { to: 'halted', endsBy: 'recovery' });
    expect(armings).toEqual([]);
  });

  it('is armed once alone where the walk is stopped and goes on', async () => {
    const whole = await walk(2 * HOUR_MS, { to: 'halted' });
    const { kept: begun } = await walk(2 * HOUR_MS, { to: 'halted' }, { untilMs: FELL_MS + 3 * HOUR_MS });
    const resumed = await walk(2 * HOUR_MS, { to: 'halted' }, { begun });
    expect(resumed.armings).toEqual(whole.armings);
    expect(resumed.marks).toEqual(whole.marks);
    expect(resumed.kept).toEqual(whole.kept);
  });
});
