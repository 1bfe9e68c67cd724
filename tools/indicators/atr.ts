import { checkLength, checkPeriod } from './check-arguments.ts';

/**
 * Average true range in quote currency per base unit, Wilder's smoothing, seeded with the simple average of the first
 * `period` true ranges that have a previous close. The first `period` entries are NaN, all of them in a series that is
 * not longer than that. O(n).
 * @param out receives the result; of the same length as `close`.
 * @throws RangeError when `period` is not a whole number of at least 1, or a column has another length.
 * @see J. W. Wilder, New Concepts in Technical Trading Systems (1978).
 */
export function atr(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  period: number,
  out: Float64Array = new Float64Array(close.length),
): Float64Array {
  checkPeriod('atr', 'period', period);
  const length = close.length;
  checkLength('atr', 'high', high, length);
  checkLength('atr', 'low', low, length);
  checkLength('atr', 'out', out, length);
  if (length <= period) return out.fill(Number.NaN);

  let previousClose = close[0]!;
  let sum = 0;
  out[0] = Number.NaN;
  for (let i = 1; i <= period; i++) {
    sum += Math.max(high[i]!, previousClose) - Math.min(low[i]!, previousClose);
    previousClose = close[i]!;
    out[i] = Number.NaN;
  }
  const weight = 1 / period;
  const keep = 1 - weight;
  let average = sum * weight;
  out[period] = average;
  for (let i = period + 1; i < length; i++) {
    const range = Math.max(high[i]!, previousClose) - Math.min(low[i]!, previousClose);
    previousClose = close[i]!;
    average = average * keep + range * weight;
    out[i] = average;
  }
  return out;
}
