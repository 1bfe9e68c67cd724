import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, decimalText, sumDecimals } from '#domain/decimal.ts';
import type { PastTrade, TradeTally } from '#domain/feedback.ts';
import { BTC, ETH, NOW_MS, SOL } from '#tests/support/agent-fixtures.ts';
import { assessFeedback } from '#tools/performance/feedback.ts';

/** Amounts to the 18th place, so that a sum in floats would lose digits. */
const amount = fc
  .bigInt({ min: -(10n ** 21n), max: 10n ** 21n })
  .map((units) => decimalText(decimal(units.toString()).times('0.000000000000000001')));

const trade = fc
  .record({
    symbol: fc.constantFrom(BTC, ETH, SOL),
    side: fc.constantFrom('long' as const, 'short' as const),
    ...{
      quantityBase: fc.constant('2'),
      entryPriceQuote: fc.constant('100'),
      leverage: fc.constantFrom(1, 5, 20),
    },
    ...{ grossQuote: amount, feesQuote: amount, fundingQuote: amount },
    ...{ openedAtMs: fc.constant(NOW_MS - 9_000_000), exitReason: fc.constant('exit' as const) },
    closedAtMs: fc.integer({ min: NOW_MS - 8_000_000, max: NOW_MS }),
  })
  .map((parts): PastTrade => {
    const net = decimal(parts.grossQuote).minus(parts.feesQuote).minus(parts.fundingQuote);
    return { ...parts, netQuote: decimalText(net) };
  });

const SUMS = ['grossQuote', 'feesQuote', 'fundingQuote', 'netQuote'] as const;
const COUNTS = ['trades', 'won', 'lost'] as const;

function expectConserved(parts: readonly TradeTally[], total: TradeTally): void {
  for (const sum of SUMS) expect(decimalText(sumDecimals(parts.map((part) => part[sum])))).toBe(total[sum]);
  for (const count of COUNTS) expect(parts.reduce((sum, part) => sum + part[count], 0)).toBe(total[count]);
}

describe('feedback', () => {
  it('conserves: the sums of the sides and of the symbols are the sums over all, to the last digit', () => {
    fc.assert(
      fc.property(fc.array(trade, { maxLength: 40 }), (trades) => {
        const { total, bySide, bySymbol } = assessFeedback({ cycles: [], trades, equity: [] }, () => null);
        expectConserved([bySide.long, bySide.short], total);
        expectConserved([...bySymbol.values()], total);
        const { grossQuote, feesQuote, fundingQuote, netQuote } = total;
        expect(decimalText(decimal(grossQuote).minus(feesQuote).minus(fundingQuote))).toBe(netQuote);
      }),
    );
  });

  it('keeps its rates in their bounds, its averages on their sides and its streaks within its trades', () => {
    fc.assert(
      fc.property(fc.array(trade, { minLength: 1, maxLength: 40 }), (trades) => {
        const { total, streak, longestLosingStreak } = assessFeedback(
          { cycles: [], trades, equity: [] },
          () => null,
        );
        expect(total.winRateFraction).toBeGreaterThanOrEqual(0);
        expect(total.winRateFraction).toBeLessThanOrEqual(1);
        expect(Number(total.averageWinQuote ?? 1)).toBeGreaterThan(0);
        expect(Number(total.averageLossQuote ?? -1)).toBeLessThan(0);
        expect(total.profitFactor ?? 0).toBeGreaterThanOrEqual(0);
        expect(streak?.trades).toBeLessThanOrEqual(trades.length);
        expect(longestLosingStreak).toBeLessThanOrEqual(total.lost);
      }),
    );
  });
});
