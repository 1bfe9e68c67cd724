/** How returns are spread: what a Sharpe ratio is made of, and how far it can be trusted. */

export interface ReturnMoments {
  readonly count: number;
  readonly mean: number;
  /** Of the sample: divided by `count - 1`. */
  readonly deviation: number;
  /** Third standardised moment; 0 of a symmetric distribution. */
  readonly skewness: number;
  /** Fourth standardised moment, not in excess: 3 of a normal distribution. */
  readonly kurtosis: number;
}

/** Skewness 0 and kurtosis 3 where nothing varies; a mean of NaN without a value. O(n). */
export function returnMoments(returns: readonly number[]): ReturnMoments {
  const count = returns.length;
  const mean = returns.reduce((sum, one) => sum + one, 0) / count;
  let [squares, cubes, fourths] = [0, 0, 0];
  for (const one of returns) {
    const apart = one - mean;
    squares += apart ** 2;
    cubes += apart ** 3;
    fourths += apart ** 4;
  }
  const variance = squares / count;
  const varies = variance > 0;
  return {
    ...{ count, mean },
    deviation: count < 2 ? 0 : Math.sqrt(squares / (count - 1)),
    skewness: varies ? cubes / count / variance ** 1.5 : 0,
    kurtosis: varies ? fourths / count / variance ** 2 : 3,
  };
}

/** Mean over deviation of one period, not of a year; null where nothing varies or there are fewer than two. */
export function sharpeOfPeriod({ count, mean, deviation }: ReturnMoments): number | null {
  return count >= 2 && deviation > 0 ? mean / deviation : null;
}
