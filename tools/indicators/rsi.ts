import { checkLength, checkPeriod } from './check-arguments.ts';

/**
 * Relative strength index, 0..100, Wilder's smoothing, seeded with the simple averages of the first `period` changes.
 * The first `period` entries are NaN, all of them in a series that is not longer than that. O(n).
 * Rises only are 100 and falls only are 0. A series that has not moved at all is 50: with neither gains nor losses no
 * side is stronger, and the 100 that some libraries give would call a dead market overbought.
 * @param out receives the result; of the same length as `values`.
 * @throws RangeError when `period` is not a whole number of at least 1, or `out` has another length.
 * @see J. W. Wilder, New Concepts in Technical Trading Systems (1978).
 */
export function rsi(
  values: Float64Array,
  period: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  checkPeriod('rsi', 'period', period);
  const length = values.length;
  checkLength('rsi', 'out', out, length);
  if (length <= period) return out.fill(Number.NaN);

  // |change| + change is twice the gain and |change| − change twice the loss: no branch, and the twos cancel.
  let gains = 0;
  let losses = 0;
  out[0] = Number.NaN;
  for (let i = 1; i <= period; i++) {
    const change = values[i]! - values[i - 1]!;
    const size = Math.abs(change);
    gains += size + change;
    losses += size - change;
    out[i] = Number.NaN;
  }
  const weight = 1 / period;
  const keep = 1 - weight;
  gains *= weight;
  losses *= weight;
  out[period] = gains + losses > 0 ? 100 * (gains / (gains + losses)) : 50;
  let previous = values[period]!;
  for (let i = period + 1; i < length; i++) {
    const value = values[i]!;
    const change = value - previous;
    const size = Math.abs(change);
    previous = value;
    gains = gains * keep + (size + change) * weight;
    losses = losses * keep + (size - change) * weight;
    const total = gains + losses;
    out[i] = total > 0 ? 100 * (gains / total) : 50;
  }
  return out;
}
