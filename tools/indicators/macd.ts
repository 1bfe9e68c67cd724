import { checkLength, checkPeriod } from './check-arguments.ts';

export interface MacdPeriods {
  readonly fast: number;
  readonly slow: number;
  readonly signal: number;
}

export interface MacdColumns {
  readonly macd: Float64Array;
  readonly signal: Float64Array;
  readonly histogram: Float64Array;
}

export const MACD_PERIODS: MacdPeriods = { fast: 12, slow: 26, signal: 9 };

/**
 * Moving average convergence divergence in the unit of `values`: EMA(fast) − EMA(slow), its EMA(signal), and the
 * difference of the two. Every average is seeded with a simple one, so the line begins at index `slow - 1` and the
 * signal and histogram at `slow + signal - 2`; NaN before. O(n), one pass.
 * @param out receives the result; three columns of the length of `values`.
 * @throws RangeError when a period is not a whole number of at least 1, `fast >= slow`, or a column has another length.
 * @see G. Appel, The Moving Average Convergence Divergence Method (1979).
 */
export function macd(
  values: Float64Array,
  periods: MacdPeriods = MACD_PERIODS,
  out: MacdColumns = macdColumns(values.length),
): MacdColumns {
  checkMacd(values.length, periods, out);
  const { macd: line, signal, histogram } = out;
  const length = values.length;
  const firstLine = periods.slow - 1;
  const firstSignal = firstLine + periods.signal - 1;
  line.fill(Number.NaN, 0, Math.min(firstLine, length));
  signal.fill(Number.NaN, 0, Math.min(firstSignal, length));
  histogram.fill(Number.NaN, 0, Math.min(firstSignal, length));
  if (length <= firstLine) return out;

  const fastWeight = 2 / (periods.fast + 1);
  const slowWeight = 2 / (periods.slow + 1);
  const signalWeight = 2 / (periods.signal + 1);
  const fastKeep = 1 - fastWeight;
  const slowKeep = 1 - slowWeight;
  const signalKeep = 1 - signalWeight;

  let fast = mean(values, periods.fast);
  for (let i = periods.fast; i < periods.slow; i++) fast = values[i]! * fastWeight + fast * fastKeep;
  let slow = mean(values, periods.slow);
  let lineSum = fast - slow;
  line[firstLine] = lineSum;

  const seedEnd = Math.min(firstSignal + 1, length);
  for (let i = firstLine + 1; i < seedEnd; i++) {
    fast = values[i]! * fastWeight + fast * fastKeep;
    slow = values[i]! * slowWeight + slow * slowKeep;
    line[i] = fast - slow;
    lineSum += fast - slow;
  }
  if (length <= firstSignal) return out;

  let average = lineSum / periods.signal;
  signal[firstSignal] = average;
  histogram[firstSignal] = line[firstSignal]! - average;
  for (let i = firstSignal + 1; i < length; i++) {
    const value = values[i]!;
    fast = value * fastWeight + fast * fastKeep;
    slow = value * slowWeight + slow * slowKeep;
    const difference = fast - slow;
    average = difference * signalWeight + average * signalKeep;
    line[i] = difference;
    signal[i] = average;
    histogram[i] = difference - average;
  }
  return out;
}

function macdColumns(length: number): MacdColumns {
  return {
    macd: new Float64Array(length),
    signal: new Float64Array(length),
    histogram: new Float64Array(length),
  };
}

function checkMacd(length: number, periods: MacdPeriods, out: MacdColumns): void {
  checkPeriod('macd', 'fast', periods.fast);
  checkPeriod('macd', 'slow', periods.slow);
  checkPeriod('macd', 'signal', periods.signal);
  if (periods.fast >= periods.slow)
    throw new RangeError(`macd: fast ${periods.fast} must be below slow ${periods.slow}`);
  checkLength('macd', 'out.macd', out.macd, length);
  checkLength('macd', 'out.signal', out.signal, length);
  checkLength('macd', 'out.histogram', out.histogram, length);
}

function mean(values: Float64Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i]!;
  return sum / count;
}
