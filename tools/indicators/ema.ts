import { checkLength, checkPeriod } from './check-arguments.ts';

/**
 * Exponential moving average with weight 2 / (period + 1), in the unit of `values`, seeded with the simple average of
 * the first `period` values. The first `period - 1` entries are NaN, all of them in a shorter series. O(n).
 * @param out receives the result; of the same length as `values`.
 * @throws RangeError when `period` is not a whole number of at least 1, or `out` has another length.
 */
export function ema(
  values: Float64Array,
  period: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  checkPeriod('ema', 'period', period);
  const length = values.length;
  checkLength('ema', 'out', out, length);
  if (length < period) return out.fill(Number.NaN);

  let seed = 0;
  for (let i = 0; i < period; i++) {
    seed += values[i]!;
    out[i] = Number.NaN;
  }
  const weight = 2 / (period + 1);
  const keep = 1 - weight;
  let average = seed / period;
  out[period - 1] = average;
  for (let i = period; i < length; i++) {
    average = values[i]! * weight + average * keep;
    out[i] = average;
  }
  return out;
}
