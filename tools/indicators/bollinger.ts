import { ANCHOR_BARS } from './anchor-bars.ts';
import { checkLength, checkPeriod } from './check-arguments.ts';

export interface BollingerColumns {
  readonly upper: Float64Array;
  readonly middle: Float64Array;
  readonly lower: Float64Array;
}

/**
 * Bollinger bands in the unit of `values`: the simple average, and `width` population standard deviations around it.
 * The first `period - 1` entries are NaN, all of them in a shorter series. O(n).
 * Stable over any length and price: squares are summed around a value of the series, taken anew every 256 bars, since
 * around zero (or a far-away first price) the difference of two huge squares would drown a small deviation.
 * @param out receives the result; three columns of the length of `values`, none of them `values` itself.
 * @throws RangeError when `period` is not a whole number of at least 1, `width` is not positive, or a column has
 * another length.
 * @see J. Bollinger, Bollinger on Bollinger Bands (2001).
 */
export function bollinger(
  values: Float64Array,
  period = 20,
  width = 2,
  out: BollingerColumns = bollingerColumns(values.length),
): BollingerColumns {
  checkBollinger(values.length, period, width, out);
  const { upper, middle, lower } = out;
  const length = values.length;
  const warmUp = Math.min(period - 1, length);
  upper.fill(Number.NaN, 0, warmUp);
  middle.fill(Number.NaN, 0, warmUp);
  lower.fill(Number.NaN, 0, warmUp);

  const scale = 1 / period;
  const stride = Math.max(ANCHOR_BARS, period);
  for (let anchor = warmUp; anchor < length; anchor += stride) {
    const end = Math.min(anchor + stride, length);
    const base = values[anchor]!;
    let sum = 0;
    let squares = 0;
    for (let i = anchor - period + 1; i < anchor; i++) {
      const offset = values[i]! - base;
      sum += offset;
      squares += offset * offset;
    }
    let leaving = 0;
    for (let i = anchor; i < end; i++) {
      const offset = values[i]! - base;
      sum += offset - leaving;
      squares += offset * offset - leaving * leaving;
      leaving = values[i - period + 1]! - base;

      const meanOffset = sum * scale;
      const variance = Math.max(squares * scale - meanOffset * meanOffset, 0);
      const band = width * Math.sqrt(variance);
      const mean = base + meanOffset;
      middle[i] = mean;
      upper[i] = mean + band;
      lower[i] = mean - band;
    }
  }
  return out;
}

function bollingerColumns(length: number): BollingerColumns {
  return {
    upper: new Float64Array(length),
    middle: new Float64Array(length),
    lower: new Float64Array(length),
  };
}

function checkBollinger(length: number, period: number, width: number, out: BollingerColumns): void {
  checkPeriod('bollinger', 'period', period);
  if (!(width > 0 && Number.isFinite(width)))
    throw new RangeError(`bollinger: width ${width} must be above 0`);
  checkLength('bollinger', 'out.upper', out.upper, length);
  checkLength('bollinger', 'out.middle', out.middle, length);
  checkLength('bollinger', 'out.lower', out.lower, length);
}
