/** A walk over columns does what the walk bar for bar does: the same decisions, trades and equity, on recorded candles. */
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, isoTime, MINUTE_MS } from '#domain/time.ts';
import { skipWithoutRecordedMarket } from '#tests/support/candle-files.ts';
import {
  type PlannedSpan,
  type PlannedWalk,
  recordedPlan,
  walkedByBars,
  walkedByColumns,
} from '#tests/support/planned-backtest.ts';

/** Days of a crash: positions open, stops move and fire, the breaker trips and recovers. */
const CRASH: PlannedSpan = {
  symbols: ['BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT'],
  ...{ fromMs: Date.UTC(2025, 9, 10), toMs: Date.UTC(2025, 9, 12), cycleEveryMs: 15 * MINUTE_MS },
};
/** Thirty hours of minutes of one coin, a cycle at the close of each. */
const MINUTES: PlannedSpan = {
  symbols: ['BTC/USDT:USDT'],
  ...{ fromMs: Date.UTC(2025, 5, 1), toMs: Date.UTC(2025, 5, 2, 6), cycleEveryMs: MINUTE_MS },
  armAfterMs: HOUR_MS,
};

/** After its trip is over the market falls again: who watches it anew must not tell the first one a second time. */
const AFTERSHOCK: PlannedSpan = {
  symbols: ['DOGE/USDT:USDT', 'BTC/USDT:USDT', 'XRP/USDT:USDT', 'BNB/USDT:USDT'],
  ...{ fromMs: Date.UTC(2025, 9, 10, 12), toMs: Date.UTC(2025, 9, 11, 3), cycleEveryMs: 5 * MINUTE_MS },
  armAfterMs: 6 * HOUR_MS,
};

/** Equity is reckoned in doubles where a bar was passed over. */
const EQUITY_TOLERANCE = 1e-12;

async function bothWalks(span: PlannedSpan): Promise<{ exact: PlannedWalk; columns: PlannedWalk }> {
  const exact = await walkedByBars(await recordedPlan(span));
  return { exact, columns: await walkedByColumns(await recordedPlan(span)) };
}

function expectTheSame({ exact, columns }: { exact: PlannedWalk; columns: PlannedWalk }): void {
  const { equity, ...told } = exact.reckoned.result;
  const { equity: reckoned, ...own } = columns.reckoned.result;
  expect(own).toEqual({
    ...told,
    returnFraction: expect.closeTo(told.returnFraction, 12),
    maxDrawdownFraction: expect.closeTo(told.maxDrawdownFraction, 12),
    ...(told.sharpe !== null && { sharpe: expect.closeTo(told.sharpe, 9) }),
  });
  expect(columns.reckoned.restraint).toEqual(exact.reckoned.restraint);
  expect(reckoned.map(([atMs]) => atMs)).toEqual(equity.map(([atMs]) => atMs));
  const worst = Math.max(...equity.map(([, quote], i) => Math.abs((reckoned[i]?.[1] ?? 0) / quote - 1)));
  expect(worst).toBeLessThan(EQUITY_TOLERANCE);
  for (const [at, decision] of columns.decisions)
    expect([at, decision]).toEqual([at, exact.decisions.get(at)]);
  // What was passed over proposed nothing, or nothing the gate let through.
  for (const [at, decision] of exact.decisions)
    if (!columns.decisions.has(at)) expect([at, decision]).toEqual([at, idle(decision)]);
}

function idle(decision: object): object {
  const outcome = expect.stringMatching(/^(held|denied|halted)$/);
  return { ...decision, outcome, level: 'clear', sent: [] };
}

describe('a walk over columns', () => {
  it('trades through a crash as the walk bar for bar does', async (context) => {
    skipWithoutRecordedMarket(context);
    const walks = await bothWalks(CRASH);
    expectTheSame(walks);
    const { exact, columns } = walks;
    expect(exact.reckoned.result.trades).toBeGreaterThan(10);
    expect([...columns.decisions.values()]).toContainEqual(expect.objectContaining({ level: 'tripped' }));
    expect(columns.asked?.guards).toBeLessThan((columns.asked?.bars ?? 0) / 4);
  }, 240_000);

  it('tells a trip once, however often the market is watched anew after it', async (context) => {
    skipWithoutRecordedMarket(context);
    const walks = await bothWalks(AFTERSHOCK);
    expectTheSame(walks);
    expect([...walks.exact.decisions.values()]).toContainEqual(expect.objectContaining({ level: 'tripped' }));
  }, 240_000);

  it('decides every minute as the walk bar for bar does, armed again where a person would', async (context) => {
    skipWithoutRecordedMarket(context);
    const walks = await bothWalks(MINUTES);
    expectTheSame(walks);
    const { exact, columns } = walks;
    expect(exact.reckoned.result.trades).toBeGreaterThan(0);
    // Cycles were passed over while an entry rested.
    const afterEntries = [...columns.decisions]
      .filter(([, { sent }]) => sent.some(([{ type, purpose }]) => purpose === 'entry' && type === 'limit'))
      .map(([at]) => isoTime(Date.parse(at) + MINUTE_MS));
    const passedOver = afterEntries.filter((at) => exact.decisions.has(at) && !columns.decisions.has(at));
    expect(passedOver.length).toBeGreaterThan(3);
  }, 240_000);

  it('comes to a halt of its account where the walk bar for bar does', async (context) => {
    skipWithoutRecordedMarket(context);
    const span = { ...CRASH, fromMs: Date.UTC(2025, 9, 2), toMs: Date.UTC(2025, 9, 2) + 4 * DAY_MS };
    expectTheSame(await bothWalks({ ...span, armAfterMs: 6 * HOUR_MS }));
  }, 240_000);
});
