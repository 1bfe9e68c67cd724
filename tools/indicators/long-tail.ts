/**
 * Indicators that are asked for now and then, through `technicalindicators`: it walks objects, which is too slow for
 * every bar of every cycle but right for one chart or one question. Each column is aligned with the bars of its series,
 * NaN in warm-up and where the formula divides by zero. All throw RangeError on a period that is not a whole number of
 * at least 1, and give NaN throughout for a series that is too short.
 */
import {
  adx as adxOf,
  cci as cciOf,
  ichimokucloud,
  obv as obvOf,
  psar as psarOf,
  stochastic as stochasticOf,
  williamsr,
} from 'technicalindicators';
import type { CandleSeries } from '#domain/candle.ts';
import { checkPeriod } from './check-arguments.ts';

export interface AdxColumns {
  readonly adx: Float64Array;
  readonly plusDi: Float64Array;
  readonly minusDi: Float64Array;
}

/**
 * Average directional index with its two directional indicators, 0..100, Wilder's smoothing.
 * Begins at index `2 × period - 1`. A stretch of `period` bars without any movement has no direction to divide by, and
 * ADX stays NaN from there on.
 */
export function adx(series: CandleSeries, period = 14): AdxColumns {
  checkPeriod('adx', 'period', period);
  const rows = adxOf({ ...pricesOf(series), period });
  return {
    adx: aligned(series, rows, (row) => row.adx),
    plusDi: aligned(series, rows, (row) => row.pdi),
    minusDi: aligned(series, rows, (row) => row.mdi),
  };
}

export interface StochasticColumns {
  readonly k: Float64Array;
  readonly d: Float64Array;
}

/** Fast stochastic, 0..100: where the close stands in the range of `period` bars, and its average over `signalPeriod`. */
export function stochastic(series: CandleSeries, period = 14, signalPeriod = 3): StochasticColumns {
  checkPeriod('stochastic', 'period', period);
  checkPeriod('stochastic', 'signalPeriod', signalPeriod);
  const rows = stochasticOf({ ...pricesOf(series), period, signalPeriod });
  return {
    k: aligned(series, rows, (row) => row.k),
    d: aligned(series, rows, (row) => row.d ?? Number.NaN),
  };
}

/** Commodity channel index: distance of the typical price from its average in 0.015 mean deviations. */
export function cci(series: CandleSeries, period = 20): Float64Array {
  checkPeriod('cci', 'period', period);
  return aligned(series, cciOf({ ...pricesOf(series), period }), (value) => value);
}

/** Williams %R, -100..0: where the close stands below the high of `period` bars. */
export function williamsR(series: CandleSeries, period = 14): Float64Array {
  checkPeriod('williamsR', 'period', period);
  return aligned(series, williamsr({ ...pricesOf(series), period }), (value) => value);
}

/** On-balance volume in base units: volume of rising bars less that of falling ones, from 0 at the first bar. */
export function obv(series: CandleSeries): Float64Array {
  const rows = obvOf({ close: Array.from(series.close), volume: Array.from(series.volume) });
  const column = aligned(series, rows, (value) => value);
  if (column.length > 0) column[0] = 0;
  return column;
}

/**
 * Parabolic stop and reverse, in quote per base unit. It assumes a rise at the first bar, so what comes before the first
 * reversal depends on where the series begins.
 * @throws RangeError unless `0 < step <= max`.
 */
export function psar(series: CandleSeries, step = 0.02, max = 0.2): Float64Array {
  if (!(step > 0 && step <= max))
    throw new RangeError(`psar: step ${step} must be above 0 and at most ${max}`);
  const rows = psarOf({ high: Array.from(series.high), low: Array.from(series.low), step, max });
  return aligned(series, rows, (value) => value);
}

export interface IchimokuPeriods {
  readonly conversion: number;
  readonly base: number;
  readonly span: number;
}

export interface IchimokuColumns {
  readonly conversion: Float64Array;
  readonly base: Float64Array;
  readonly spanA: Float64Array;
  readonly spanB: Float64Array;
}

/**
 * Ichimoku's lines in quote per base unit, each at the bar that has just made it: a chart draws both spans `base` bars
 * further on. All begin when the longest period is full.
 */
export function ichimoku(
  series: CandleSeries,
  periods: IchimokuPeriods = { conversion: 9, base: 26, span: 52 },
): IchimokuColumns {
  checkPeriod('ichimoku', 'conversion', periods.conversion);
  checkPeriod('ichimoku', 'base', periods.base);
  checkPeriod('ichimoku', 'span', periods.span);
  const rows = ichimokucloud({
    high: Array.from(series.high),
    low: Array.from(series.low),
    conversionPeriod: periods.conversion,
    basePeriod: periods.base,
    spanPeriod: periods.span,
    displacement: periods.base,
  });
  return {
    conversion: aligned(series, rows, (row) => row.conversion),
    base: aligned(series, rows, (row) => row.base),
    spanA: aligned(series, rows, (row) => row.spanA),
    spanB: aligned(series, rows, (row) => row.spanB),
  };
}

function pricesOf(series: CandleSeries): { high: number[]; low: number[]; close: number[] } {
  return { high: Array.from(series.high), low: Array.from(series.low), close: Array.from(series.close) };
}

/** The library leaves out the warm-up, so its rows belong to the last bars. */
function aligned<Row>(series: CandleSeries, rows: readonly Row[], pick: (row: Row) => number): Float64Array {
  const column = new Float64Array(series.length).fill(Number.NaN);
  const offset = series.length - rows.length;
  rows.forEach((row, index) => {
    column[offset + index] = pick(row);
  });
  return column;
}
