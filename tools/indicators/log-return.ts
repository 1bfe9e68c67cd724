import type { CandleSeries } from '#domain/candle.ts';

/** Natural logarithm of the close at `index` over the one before; NaN for the first bar and outside the series. */
export function logReturnAt(series: CandleSeries, index: number): number {
  return Math.log(series.close[index]! / series.close[index - 1]!);
}
