import { describe, expect, it } from 'vitest';
import type { PastTrade } from '#domain/feedback.ts';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { BTC, ETH, NOW_MS } from '#tests/support/agent-fixtures.ts';
import { assessFeedback } from '#tools/performance/feedback.ts';

/** A trade closed so many minutes ago; fees of 1 and funding of 0.5 are paid unless it says otherwise. */
function tradeOf(grossQuote: string, minutesAgo: number, over: Partial<PastTrade> = {}): PastTrade {
  const closedAtMs = NOW_MS - minutesAgo * MINUTE_MS;
  return {
    ...{ symbol: BTC, side: 'long', grossQuote, feesQuote: '1', fundingQuote: '0.5' },
    netQuote: String(Number(grossQuote) - 1.5),
    ...{ openedAtMs: closedAtMs - HOUR_MS, closedAtMs, exitReason: 'exit' },
    ...over,
  };
}

const feedbackOn = (...trades: PastTrade[]) => assessFeedback({ cycles: [], trades }, () => null);

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
});
