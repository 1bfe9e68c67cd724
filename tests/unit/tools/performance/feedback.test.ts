import { describe, expect, it } from 'vitest';
import type { PastTrade } from '#domain/feedback.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { BTC, ETH, NOW_MS } from '#tests/support/agent-fixtures.ts';
import { sharpeRatio, sortinoRatio } from '#tools/performance/equity-figures.ts';
import { assessFeedback } from '#tools/performance/feedback.ts';

/** A trade closed so many minutes ago; fees of 1 and funding of 0.5 are paid unless it says otherwise. */
function tradeOf(grossQuote: string, minutesAgo: number, over: Partial<PastTrade> = {}): PastTrade {
  const closedAtMs = NOW_MS - minutesAgo * MINUTE_MS;
  return {
    ...{ symbol: BTC, side: 'long', grossQuote, feesQuote: '1', fundingQuote: '0.5' },
    netQuote: String(Number(grossQuote) - 1.5),
    ...{ quantityBase: '2', entryPriceQuote: '100', leverage: 5 },
    ...{ openedAtMs: closedAtMs - HOUR_MS, closedAtMs, exitReason: 'exit' },
    ...over,
  };
}

const feedbackOn = (...trades: PastTrade[]) => assessFeedback({ cycles: [], trades, equity: [] }, () => null);

describe('feedback', () => {
  it('of a desk that has done nothing says so in every part', () => {
    expect(feedbackOn()).toMatchObject({
      ...{ cycles: 0, sinceMs: null, streak: null, longestLosingStreak: 0, lastTrades: [] },
      total: { trades: 0, winRateFraction: null, profitFactor: null, averageWinQuote: null, netQuote: '0' },
      cuts: { refused: 0, shrunk: 0, decided: 0, netQuote: '0' },
    });
  });

  it('counts after fees and funding: a gain that they eat is a loss', () => {
    const { total } = feedbackOn(tradeOf('11.5', 1), tradeOf('1', 2), tradeOf('-3.5', 3), tradeOf('1.5', 4));
    expect(total).toEqual({
      averageMarginReturnFraction: expect.closeTo(((10 - 0.5 - 5 + 0) / 4) * (5 / 200), 12),
      ...{ trades: 4, won: 1, lost: 2, winRateFraction: 0.25 },
      profitFactor: Number((10 / 5.5).toFixed(18)),
      ...{ averageWinQuote: '10', averageLossQuote: '-2.75' },
      ...{ grossQuote: '10.5', feesQuote: '4', fundingQuote: '2', netQuote: '4.5' },
    });
  });

  it('has no profit factor where nothing was lost, and one of 0 where nothing was won', () => {
    expect(feedbackOn(tradeOf('5', 1)).total.profitFactor).toBeNull();
    expect(feedbackOn(tradeOf('-5', 1)).total.profitFactor).toBe(0);
  });

  it('tells sides and symbols apart, the most traded first', () => {
    const { bySide, bySymbol } = feedbackOn(
      tradeOf('5', 1, { symbol: ETH, side: 'short' }),
      tradeOf('-5', 2),
      tradeOf('8', 3),
    );
    expect(bySide).toMatchObject({ long: { trades: 2, won: 1 }, short: { trades: 1, won: 1 } });
    expect([...bySymbol.keys()]).toEqual([BTC, ETH]);
    expect(bySymbol.get(BTC)?.netQuote).toBe('0');
  });

  it('reads streaks from the newest on, whatever order the trades come in', () => {
    const { streak, longestLosingStreak, lastTrades } = feedbackOn(
      ...[tradeOf('-5', 5), tradeOf('9', 2), tradeOf('9', 1), tradeOf('-5', 3), tradeOf('-5', 4)],
      ...[tradeOf('9', 6), tradeOf('-5', 7)],
    );
    expect(streak).toEqual({ outcome: 'won', trades: 2 });
    expect(longestLosingStreak).toBe(3);
    expect(lastTrades.map(({ closedAtMs }) => (NOW_MS - closedAtMs) / MINUTE_MS)).toEqual([1, 2, 3, 4, 5]);
  });

  it('counts what leverage made of the margin: net over notional, times the leverage, and its mean', () => {
    const one = tradeOf('11.5', 1);
    const other = tradeOf('-8.5', 2, { leverage: 10, quantityBase: '1' });
    expect(feedbackOn(one, other).total.averageMarginReturnFraction).toBeCloseTo(
      ((10 / 200) * 5 + (-10 / 100) * 10) / 2,
      12,
    );
    expect(feedbackOn().total.averageMarginReturnFraction).toBeNull();
  });

  it('names the best and the worst symbol by what they came to, where there is more than one', () => {
    const { best, worst } = feedbackOn(
      ...[tradeOf('4', 1), tradeOf('-20', 2), tradeOf('8', 3, { symbol: ETH })],
    );
    expect(best).toEqual({ symbol: ETH, trades: 1, netQuote: '6.5' });
    expect(worst).toEqual({ symbol: BTC, trades: 2, netQuote: '-19' });
    expect(feedbackOn(tradeOf('4', 1))).toMatchObject({ best: null, worst: null });
  });

  it('tells how long was held, and the ratios and the deepest fall of what the account read', () => {
    const trades = Array.from({ length: 10 }, (_, index) => tradeOf('4', index + 1));
    const equity = Array.from({ length: 20 }, (_, day) => ({
      atMs: NOW_MS - (20 - day) * DAY_MS,
      equityQuote: String(1_000 + (day % 2) * 10),
    }));
    const told = assessFeedback({ cycles: [], trades, equity }, () => null);
    expect(told.holding).toEqual({ meanMs: HOUR_MS, medianMs: HOUR_MS, longestMs: HOUR_MS });
    expect(told.sharpe).toEqual(sharpeRatio(equity, 10));
    expect(told.sharpe.ratio).not.toBeNull();
    expect(told.sortino).toEqual(sortinoRatio(equity, 10));
    expect(told.maxDrawdown).toMatchObject({ quote: '10', fraction: 10 / 1_010 });
    const early = trades.map((trade) => ({ ...trade, closedAtMs: NOW_MS - 21 * DAY_MS }));
    const without = assessFeedback({ cycles: [], trades: early, equity }, () => null);
    expect(without.sharpe).toMatchObject({ ratio: null, trades: 0 });
  });
});
