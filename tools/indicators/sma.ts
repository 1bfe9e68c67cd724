import { ANCHOR_BARS } from './anchor-bars.ts';
import { checkLength, checkPeriod } from './check-arguments.ts';

/**
 * Simple moving average, in the unit of `values`. The first `period - 1` entries are NaN, all of them in a shorter
 * series. O(n); the rolling sum is anchored anew every 256 bars, so rounding does not grow with the length.
 * @param out receives the result; of the same length as `values`, and not `values` itself.
 * @throws RangeError when `period` is not a whole number of at least 1, or `out` has another length.
 */
export function sma(
  values: Float64Array,
  period: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  checkPeriod('sma', 'period', period);
  const length = values.length;
  checkLength('sma', 'out', out, length);
  const scale = 1 / period;
  const stride = Math.max(ANCHOR_BARS, period);
  out.fill(Number.NaN, 0, Math.min(period - 1, length));

  for (let anchor = period - 1; anchor < length; anchor += stride) {
    const end = Math.min(anchor + stride, length);
    let sum = 0;
    for (let i = anchor - period + 1; i <= anchor; i++) sum += values[i]!;
    out[anchor] = sum * scale;
    for (let i = anchor + 1; i < end; i++) {
      sum += values[i]! - values[i - period]!;
      out[i] = sum * scale;
    }
  }
  return out;
}
