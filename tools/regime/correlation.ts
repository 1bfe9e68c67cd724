import type { CandleSeries } from '#domain/candle.ts';
import type { EpochMs } from '#domain/time.ts';
import { logReturnAt } from '#tools/indicators/log-return.ts';

/**
 * Pearson correlation of two equally long columns, -1..1; null with fewer than two pairs or where either column does
 * not vary. O(n), two passes, so that a large common level costs no precision.
 * @throws RangeError when the columns differ in length.
 */
export function correlationOf(left: Float64Array, right: Float64Array): number | null {
  const count = left.length;
  if (right.length !== count)
    throw new RangeError(`correlationOf: right holds ${right.length} values, expected ${count}`);
  if (!varies(left) || !varies(right)) return null;
  const leftMean = meanOf(left);
  const rightMean = meanOf(right);
  let leftSquares = 0;
  let rightSquares = 0;
  let products = 0;
  left.forEach((value, index) => {
    const a = value - leftMean;
    const b = (right[index] ?? Number.NaN) - rightMean;
    leftSquares += a * a;
    rightSquares += b * b;
    products += a * b;
  });
  const scale = Math.sqrt(leftSquares) * Math.sqrt(rightSquares);
  return Math.max(-1, Math.min(1, products / scale));
}

function varies(values: Float64Array): boolean {
  return values.some((value) => value !== values[0]);
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Correlation of the newest `maxReturns` log returns of two series of one timeframe, -1..1. Bars are paired by open
 * time, and a return counts only where both series have both of its bars, next to each other.
 * Null with fewer than `minReturns` such pairs, or where one side did not move.
 */
export function returnCorrelation(
  left: CandleSeries,
  right: CandleSeries,
  { maxReturns, minReturns }: { readonly maxReturns: number; readonly minReturns: number },
): number | null {
  const leftReturns: number[] = [];
  const rightReturns: number[] = [];
  let i = left.length - 1;
  let j = right.length - 1;
  while (i > 0 && j > 0 && leftReturns.length < maxReturns) {
    const ahead = openAtMs(left, i) - openAtMs(right, j);
    if (ahead === 0 && openAtMs(left, i - 1) === openAtMs(right, j - 1)) {
      leftReturns.push(logReturnAt(left, i));
      rightReturns.push(logReturnAt(right, j));
    }
    if (ahead >= 0) i--;
    if (ahead <= 0) j--;
  }
  if (leftReturns.length < minReturns) return null;
  return correlationOf(Float64Array.from(leftReturns), Float64Array.from(rightReturns));
}

function openAtMs(series: CandleSeries, index: number): EpochMs {
  return series.openAtMs[index] ?? Number.NaN;
}
