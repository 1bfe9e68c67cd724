import { describe, expect, it } from 'vitest';
import {
  deflatedSharpe,
  expectedBestSharpe,
  probabilisticSharpe,
  trialsOf,
} from '#tools/evaluation/deflated-sharpe.ts';
import { returnMoments, sharpeOfPeriod } from '#tools/evaluation/return-moments.ts';

/**
 * The worked example of Bailey and López de Prado, The Deflated Sharpe Ratio (2014): a yearly ratio of 2.5 on five years
 * of 250 days, skewness −3, kurtosis 10, the best of trials whose yearly ratios vary by 1/2.
 */
const EXAMPLE = { count: 1_250, mean: 2.5 / Math.sqrt(250), deviation: 1, skewness: -3, kurtosis: 10 };
const VARIANCE = 1 / 2 / 250;

describe('the deflated Sharpe ratio', () => {
  it('is what the paper works out for 100 trials', () => {
    const trials = { count: 100, variance: VARIANCE };
    expect(expectedBestSharpe(trials)).toBeCloseTo(0.1132, 4);
    expect(deflatedSharpe(EXAMPLE, trials)).toBeCloseTo(0.9004, 4);
  });

  it('is what the paper works out for 46 trials, and for 88 with normal returns', () => {
    expect(deflatedSharpe(EXAMPLE, { count: 46, variance: VARIANCE })).toBeCloseTo(0.9505, 4);
    const normal = { ...EXAMPLE, skewness: 0, kurtosis: 3 };
    expect(deflatedSharpe(normal, { count: 88, variance: VARIANCE })).toBeCloseTo(0.9505, 3);
  });

  it('of a single trial is the probability that the ratio is above 0', () => {
    const trials = { count: 1, variance: VARIANCE };
    expect(expectedBestSharpe(trials)).toBe(0);
    expect(deflatedSharpe(EXAMPLE, trials)).toBe(probabilisticSharpe(EXAMPLE, 0));
  });

  it('is one half where the ratio is just what luck would have shown', () => {
    const trials = { count: 50, variance: 0.002 };
    const lucky = { ...EXAMPLE, mean: expectedBestSharpe(trials) };
    expect(deflatedSharpe(lucky, trials)).toBeCloseTo(0.5, 6);
  });

  it('is none where returns do not vary', () => {
    expect(deflatedSharpe(returnMoments([0.01, 0.01, 0.01]), { count: 9, variance: 1 })).toBeNull();
    expect(deflatedSharpe(returnMoments([0.01]), { count: 9, variance: 1 })).toBeNull();
  });
});

describe('the trials of a choice', () => {
  it('have the sample variance of their ratios, with 0 for one that had none', () => {
    expect(trialsOf([1, 3, null, 4])).toEqual({ count: 4, variance: (1 + 1 + 4 + 4) / 3 });
    expect(trialsOf([0.2])).toEqual({ count: 1, variance: 0 });
  });
});

describe('the moments of returns', () => {
  it('are those worked out by hand', () => {
    // Mean 2; distances −1, −1, 2; squares 6, cubes 6, fourths 18.
    const moments = returnMoments([1, 1, 4]);
    expect(moments).toMatchObject({ count: 3, mean: 2, deviation: Math.sqrt(3) });
    expect(moments.skewness).toBeCloseTo(2 / 2 ** 1.5, 12);
    expect(moments.kurtosis).toBeCloseTo(6 / 4, 12);
    expect(sharpeOfPeriod(moments)).toBeCloseTo(2 / Math.sqrt(3), 12);
  });
});
