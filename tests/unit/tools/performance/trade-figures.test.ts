import { describe, expect, it } from 'vitest';
import { decimalText, sumDecimals } from '#domain/decimal.ts';
import type { PastTrade } from '#domain/feedback.ts';
import { HOUR_MS } from '#domain/time.ts';
import { BTC, ETH } from '#tests/support/agent-fixtures.ts';
import { tradeFigures } from '#tools/performance/trade-figures.ts';

const START_MS = Date.UTC(2026, 0, 5);

/** Opened at the hour and held for two, ended with `netQuote` after one of fees. */
function closed(hour: number, netQuote: string, over: Partial<PastTrade> = {}): PastTrade {
  const openedAtMs = START_MS + hour * HOUR_MS;
  return {
    ...{ symbol: BTC, side: 'long', grossQuote: decimalText(Number(netQuote) + 1), feesQuote: '1' },
    ...{ fundingQuote: '0', netQuote, openedAtMs, closedAtMs: openedAtMs + 2 * HOUR_MS, exitReason: 'exit' },
    ...{ quantityBase: '2', entryPriceQuote: '100', leverage: 5 },
    ...over,
  };
}

describe('the figures of trades', () => {
  it('are nothing, and no ratio of nothing, without a trade', () => {
    expect(tradeFigures([])).toMatchObject({
      total: { trades: 0, winRateFraction: null, profitFactor: null, netQuote: '0' },
      bySymbol: [],
      byHour: [],
      holding: null,
      streak: null,
      longestLosingStreak: 0,
    });
  });

  it('lose no digit between the whole and its parts', () => {
    const trades = [
      closed(1, '0.000000000000000001'),
      closed(1, '-3', { symbol: ETH, side: 'short' }),
      closed(13, '5'),
      closed(37, '7'),
    ];
    const { total, bySide, bySymbol, byHour } = tradeFigures(trades);
    expect(total.netQuote).toBe('9.000000000000000001');
    for (const parts of [bySide, bySymbol, byHour])
      expect(decimalText(sumDecimals(parts.map(({ tally }) => tally.netQuote)))).toBe(total.netQuote);
    expect(byHour.map(({ hourUtc, tally }) => [hourUtc, tally.trades])).toEqual([
      [1, 2],
      [13, 2],
    ]);
    expect(bySymbol.map(({ symbol }) => symbol)).toEqual([BTC, ETH]);
  });

  it('tell the streak that stands and the longest ones, whatever order the trades come in', () => {
    const figures = tradeFigures([
      closed(5, '-1'),
      closed(1, '1'),
      closed(2, '1'),
      closed(3, '1'),
      closed(4, '-1'),
    ]);
    expect(figures.streak).toEqual({ outcome: 'lost', trades: 2 });
    expect(figures).toMatchObject({ longestWinningStreak: 3, longestLosingStreak: 2 });
  });

  it('tell how long positions were held', () => {
    const long = closed(0, '1', { closedAtMs: START_MS + 10 * HOUR_MS });
    expect(tradeFigures([closed(1, '1'), closed(2, '1'), long]).holding).toEqual({
      meanMs: (14 / 3) * HOUR_MS,
      medianMs: 2 * HOUR_MS,
      longestMs: 10 * HOUR_MS,
    });
  });
});
