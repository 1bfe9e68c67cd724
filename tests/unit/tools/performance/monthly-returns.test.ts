import { describe, expect, it } from 'vitest';
import { monthlyReturns } from '#tools/performance/monthly-returns.ts';

const at = (year: number, month: number, day: number) => Date.UTC(year, month - 1, day);
const point = (atMs: number, equityQuote: string) => ({ atMs, equityQuote });

describe('monthly returns', () => {
  it('are none without a reading', () => {
    expect(monthlyReturns([], [at(2025, 1, 1)])).toEqual([]);
  });

  it('go from the last reading before a month to its own last, over a turn of the year', () => {
    const points = [
      point(at(2024, 12, 30), '1000'),
      point(at(2024, 12, 31), '1100'),
      point(at(2025, 1, 15), '1210'),
      point(at(2025, 1, 20), '1320'),
    ];
    const months = monthlyReturns(points, [at(2025, 1, 2), at(2025, 1, 31), at(2024, 12, 31)]);
    expect(months.map(({ year, month, trades }) => [year, month, trades])).toEqual([
      [2024, 12, 1],
      [2025, 1, 2],
    ]);
    expect(months[0]?.returnFraction).toBeCloseTo(0.1, 12);
    expect(months[1]?.returnFraction).toBeCloseTo(0.2, 12);
  });

  it('say nothing happened in a month without a reading', () => {
    const months = monthlyReturns([point(at(2025, 1, 1), '10'), point(at(2025, 3, 1), '20')], []);
    expect(months.map(({ returnFraction }) => returnFraction)).toEqual([0, 0, 1]);
  });

  it('are unknown from nothing on', () => {
    const months = monthlyReturns([point(at(2025, 1, 1), '0'), point(at(2025, 2, 1), '5')], []);
    expect(months.map(({ returnFraction }) => returnFraction)).toEqual([null, null]);
  });
});
