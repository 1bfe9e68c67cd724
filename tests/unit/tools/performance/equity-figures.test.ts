import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '#domain/time.ts';
import { equityFigures, sharpeRatio, sortinoRatio } from '#tools/performance/equity-figures.ts';

const START_MS = Date.UTC(2026, 0, 5);

function curve(...equities: readonly (string | number)[]) {
  return equities.map((equity, index) => ({
    atMs: START_MS + index * HOUR_MS,
    equityQuote: String(equity),
  }));
}

/** One reading at noon of each day. */
function days(...equities: readonly number[]) {
  return equities.map((equity, day) => ({
    atMs: START_MS + day * DAY_MS + 12 * HOUR_MS,
    equityQuote: String(equity),
  }));
}

describe('the figures of an equity curve', () => {
  it('are none without a reading, and no fall for a curve that only rose', () => {
    expect(equityFigures([])).toBeNull();
    expect(equityFigures(curve(100))).toMatchObject({ changeQuote: '0', maxDrawdown: null, points: 1 });
    expect(equityFigures(curve(100, 101, 101))?.maxDrawdown).toBeNull();
  });

  it('tell the deepest fall from its peak to its low, to the last digit, and when it was made up for', () => {
    const figures = equityFigures(curve('100.000000000000000001', 90, 120, '99.5', 110, 120, 118));
    expect(figures?.maxDrawdown).toEqual({
      quote: '20.5',
      fraction: 20.5 / 120,
      peakAtMs: START_MS + 2 * HOUR_MS,
      troughAtMs: START_MS + 3 * HOUR_MS,
      recoveredAtMs: START_MS + 5 * HOUR_MS,
    });
    expect(figures?.changeQuote).toBe('17.999999999999999999');
  });

  it('say that a fall has not been made up for while it has not', () => {
    expect(equityFigures(curve(100, 80, 99))?.maxDrawdown).toMatchObject({
      quote: '20',
      recoveredAtMs: null,
    });
    // The earlier, shallower fall was made up for; the deepest one was not.
    expect(equityFigures(curve(100, 95, 110, 60, 109))?.maxDrawdown).toMatchObject({
      quote: '50',
      recoveredAtMs: null,
    });
  });

  it('keep the deepest point of a curve that is thinned for a screen', () => {
    const many = curve(...Array.from({ length: 5_000 }, (_, index) => (index === 2_345 ? 50 : 100)));
    const figures = equityFigures(many);
    expect(figures?.curve.length).toBeLessThanOrEqual(601);
    expect(Math.max(...(figures?.curve.map(({ fallFraction }) => fallFraction) ?? []))).toBe(0.5);
    expect(figures?.curve[0]?.atMs).toBe(START_MS);
    expect(figures?.curve.at(-1)?.atMs).toBe(START_MS + 4_999 * HOUR_MS);
  });
});

describe('the Sharpe ratio', () => {
  const fifteen = Array.from({ length: 16 }, (_, day) => 100 + (day % 2) * 2);

  it('is not told from fewer than 10 trades or 14 days, and says what it rests on', () => {
    expect(sharpeRatio(days(...fifteen), 9)).toMatchObject({ ratio: null, days: 14, trades: 9 });
    const short = sharpeRatio(days(...fifteen.slice(0, 15)), 10);
    expect(short).toMatchObject({ ratio: null, days: 13 });
    expect(short.reason).toBe(
      'it rests on 10 trades and 13 whole days; at least 10 trades and 14 days are needed',
    );
  });

  it('is the mean of the daily returns over their deviation, for a year of 365 days', () => {
    const told = sharpeRatio(days(...fifteen), 10);
    const returns = Array.from({ length: 14 }, (_, day) => (day % 2 === 0 ? 0.02 : 100 / 102 - 1));
    const mean = returns.reduce((sum, one) => sum + one, 0) / 14;
    const deviation = Math.sqrt(returns.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 13);
    expect(told.ratio).toBeCloseTo((mean / deviation) * Math.sqrt(365), 10);
  });

  it('is negative for a desk that loses, and none for one that did nothing', () => {
    const losing = Array.from({ length: 20 }, (_, day) => 1_000 - day - (day % 3));
    expect(sharpeRatio(days(...losing), 30).ratio).toBeLessThan(0);
    expect(sharpeRatio(days(...Array.from({ length: 20 }, () => 100)), 30)).toMatchObject({
      ratio: null,
      reason: 'equity did the same on every day',
    });
  });

  it('takes a day without a reading to have ended like the one before', () => {
    const gapped = days(...fifteen).filter((_, day) => day !== 5);
    expect(sharpeRatio(gapped, 10).days).toBe(14);
  });
});

describe('the Sortino ratio', () => {
  it('divides by the falls alone, over all days, and rests on as much as the Sharpe ratio', () => {
    const values = [100, ...Array.from({ length: 16 }, (_, day) => (day % 3 === 1 ? 99 : 103 + day))];
    const told = sortinoRatio(days(...values), 10);
    const returns = values.slice(1, -1).map((value, day) => value / (values[day] ?? 0) - 1);
    const mean = returns.reduce((sum, one) => sum + one, 0) / returns.length;
    const falls = Math.sqrt(returns.reduce((sum, one) => sum + Math.min(0, one) ** 2, 0) / returns.length);
    expect(told.ratio).toBeCloseTo((mean / falls) * Math.sqrt(365), 10);
    expect(sortinoRatio(days(...values), 9)).toMatchObject({ ratio: null, trades: 9 });
  });

  it('is none where equity fell on no day', () => {
    const rising = Array.from({ length: 20 }, (_, day) => 100 + day);
    expect(sortinoRatio(days(...rising), 30)).toMatchObject({ ratio: null, reason: 'equity fell on no day' });
  });
});
