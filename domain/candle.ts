import type { MarketSymbol } from './symbol.ts';
import type { EpochMs, Timeframe } from './time.ts';

/**
 * Closed candles of one symbol and timeframe as columns, oldest first, all of the same length.
 * Prices in quote currency per base unit, volume in base units, `openAtMs` in UTC milliseconds.
 * Columns may be views into a longer buffer: never write to them.
 */
export interface CandleSeries {
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  readonly length: number;
  readonly openAtMs: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** One bar as an object, for the edges (venue payloads, charts); inner loops stay on the columns. */
export interface Candle {
  readonly openAtMs: EpochMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Columns of `rows`, in their order. Validates nothing: `validateSeries` does. */
export function seriesOf(symbol: MarketSymbol, timeframe: Timeframe, rows: readonly Candle[]): CandleSeries {
  return {
    symbol,
    timeframe,
    length: rows.length,
    openAtMs: Float64Array.from(rows, (row) => row.openAtMs),
    open: Float64Array.from(rows, (row) => row.open),
    high: Float64Array.from(rows, (row) => row.high),
    low: Float64Array.from(rows, (row) => row.low),
    close: Float64Array.from(rows, (row) => row.close),
    volume: Float64Array.from(rows, (row) => row.volume),
  };
}

/** The columns of a series without its name. */
export type BarColumns = Omit<CandleSeries, 'symbol' | 'timeframe'>;

/** Columns of zeros, for whoever draws or copies bars into them before anyone else sees them. */
export function blankSeries(symbol: MarketSymbol, timeframe: Timeframe, length: number): CandleSeries {
  return { symbol, timeframe, ...blankColumns(length) };
}

export function blankColumns(length: number): BarColumns {
  const column = () => new Float64Array(length);
  return {
    length,
    openAtMs: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
}

/** The bars from index `from` (inclusive) to `to` (exclusive) as views of the same memory. */
export function sliceSeries(series: CandleSeries, from: number, to = series.length): CandleSeries {
  const { symbol, timeframe } = series;
  return { symbol, timeframe, ...sliceColumns(series, from, to) };
}

export function sliceColumns(series: BarColumns, from: number, to = series.length): BarColumns {
  const start = Math.max(0, Math.min(from, series.length));
  const end = Math.max(start, Math.min(to, series.length));
  return {
    length: end - start,
    openAtMs: series.openAtMs.subarray(start, end),
    open: series.open.subarray(start, end),
    high: series.high.subarray(start, end),
    low: series.low.subarray(start, end),
    close: series.close.subarray(start, end),
    volume: series.volume.subarray(start, end),
  };
}

/** Index of the first bar that opens at `atMs` or later; the length where none does. O(log n). */
export function firstBarFrom({ openAtMs, length }: CandleSeries, atMs: EpochMs): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((openAtMs[middle] ?? 0) >= atMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The bar at `index`, negative from the end as in `Array.at`; null outside. */
export function candleAt(series: CandleSeries, index: number): Candle | null {
  const i = index < 0 ? series.length + index : index;
  if (i < 0 || i >= series.length) return null;
  return {
    openAtMs: series.openAtMs[i]!,
    open: series.open[i]!,
    high: series.high[i]!,
    low: series.low[i]!,
    close: series.close[i]!,
    volume: series.volume[i]!,
  };
}
