import { checkLength, checkPeriod } from './check-arguments.ts';

/**
 * The highest of the last `period` values, this one among them, in their unit. The first `period - 1` entries are NaN, all
 * of them in a shorter series. O(n), whatever the period.
 * @param out receives the result; of the same length as `values`, and not `values` itself.
 * @throws RangeError when `period` is not a whole number of at least 1, or `out` has another length.
 */
export function highest(
  values: Float64Array,
  period: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  return extreme('highest', values, period, out, 1);
}

/** As `highest`, of the lowest. */
export function lowest(
  values: Float64Array,
  period: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  return extreme('lowest', values, period, out, -1);
}

/** Keeps the candidates: a value that a later one has beaten can never be the extreme again. */
function extreme(
  name: string,
  values: Float64Array,
  period: number,
  out: Float64Array,
  side: 1 | -1,
): Float64Array {
  checkPeriod(name, 'period', period);
  const length = values.length;
  checkLength(name, 'out', out, length);
  const candidates = new Int32Array(length);
  let first = 0;
  let end = 0;
  for (let i = 0; i < length; i++) {
    const value = values[i]!;
    while (end > first && side * values[candidates[end - 1]!]! <= side * value) end -= 1;
    candidates[end] = i;
    end += 1;
    if (candidates[first]! <= i - period) first += 1;
    out[i] = i < period - 1 ? Number.NaN : values[candidates[first]!]!;
  }
  return out;
}
