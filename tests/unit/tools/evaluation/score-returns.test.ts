import { describe, expect, it } from 'vitest';
import { scoreReturns, whyNoFigure } from '#tools/evaluation/score-returns.ts';

const tenTrades = [0.03, -0.01, 0.02, -0.02, 0.01, 0, 0.01, -0.01, 0.02, 0.01];
const days = (count: number, of: (day: number) => number) =>
  Array.from({ length: count }, (_, day) => of(day));

describe('the score of returns', () => {
  it('has the figures worked out by hand', () => {
    // Fourteen days: up 2 on even ones, down 1 on odd ones, in hundredths.
    const dayReturns = days(14, (day) => (day % 2 === 0 ? 0.02 : -0.01));
    const score = scoreReturns({ tradeNets: tenTrades, dayReturns });
    expect(score).toMatchObject({ trades: 10, days: 14, winRateFraction: 0.6, whyNone: null });
    expect(score.returnFraction).toBeCloseTo(0.07, 12);
    expect(score.profitFactor).toBeCloseTo(0.1 / 0.04, 12);
    expect(score.maxDrawdownFraction).toBeCloseTo(0.01, 12);
    // Mean 0.005, sample deviation 0.015 · √(14/13).
    expect(score.sharpe).toBeCloseTo((0.005 / (0.015 * Math.sqrt(14 / 13))) * Math.sqrt(365), 9);
  });

  it('counts the start among the bests a fall is measured from', () => {
    const dayReturns = days(14, (day) => (day === 0 ? -0.05 : 0.001));
    expect(scoreReturns({ tradeNets: tenTrades, dayReturns }).maxDrawdownFraction).toBe(0.05);
  });

  it('has no figure under ten trades or fourteen days, and says why', () => {
    const short = scoreReturns({ tradeNets: tenTrades.slice(1), dayReturns: days(13, () => 0.01) });
    expect(short).toEqual({
      ...{ trades: 9, days: 13, returnFraction: null, winRateFraction: null, profitFactor: null },
      ...{ maxDrawdownFraction: null, sharpe: null },
      whyNone: '9 trades of the 10 and 13 days of the 14 it takes',
    });
    expect(whyNoFigure(10, 13)).toBe('13 days of the 14 it takes');
    expect(whyNoFigure(10, 14)).toBeNull();
  });

  it('has no Sharpe ratio where every day was the same', () => {
    expect(scoreReturns({ tradeNets: tenTrades, dayReturns: days(20, () => 0) }).sharpe).toBeNull();
  });
});
