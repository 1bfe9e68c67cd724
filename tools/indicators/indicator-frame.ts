import type { CandleSeries } from '#domain/candle.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { Timeframe } from '#domain/time.ts';
import { atr } from './atr.ts';
import { bollinger } from './bollinger.ts';
import { ema } from './ema.ts';
import { MACD_PERIODS, macd } from './macd.ts';
import { rsi } from './rsi.ts';
import { sma } from './sma.ts';
import { volumeSurge } from './volume-surge.ts';
import { sessionVwap } from './vwap.ts';

/** The hot set's columns: prices and ranges in quote per base unit, RSI 0..100, surge as a multiple of the usual. */
export const INDICATOR_KEYS = [
  'sma50',
  'ema9',
  'ema20',
  'ema21',
  'ema50',
  'macd',
  'macdSignal',
  'macdHistogram',
  'rsi7',
  'rsi14',
  'atr14',
  'bollingerUpper',
  'bollingerMiddle',
  'bollingerLower',
  'vwap',
  'volumeSurge',
] as const;
export type IndicatorKey = (typeof INDICATOR_KEYS)[number];

/**
 * Whole sequences for one series, aligned with its bars: entry `i` has seen the bars up to `i` and no later one; NaN
 * during warm-up. All columns are views into one buffer: never write to them.
 */
export interface IndicatorFrame extends Readonly<Record<IndicatorKey, Float64Array>> {
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  readonly length: number;
}

/** Room for one frame of `length` bars. */
export function createFrameBuffer(length: number): Float64Array {
  return new Float64Array(INDICATOR_KEYS.length * length);
}

/**
 * The hot set over a whole series: SMA 50, EMA 9/20/21/50, MACD (12, 26, 9), RSI 7/14, ATR 14, Bollinger (20, 2),
 * session VWAP, volume over the mean of the 20 bars before. O(n); one allocation of 16 columns.
 * A series too short for an indicator leaves that column NaN; an empty one gives empty columns.
 * @param buffer spares the allocation, which costs as much as the arithmetic where hundreds of frames are made and
 * dropped. At least `createFrameBuffer(series.length)` long; the frame is good until the buffer is used again.
 * @throws RangeError when the buffer is too short.
 */
export function computeIndicatorFrame(
  series: CandleSeries,
  buffer: Float64Array = createFrameBuffer(series.length),
): IndicatorFrame {
  const { close, length } = series;
  if (buffer.length < INDICATOR_KEYS.length * length)
    throw new RangeError(
      `computeIndicatorFrame: buffer holds ${buffer.length} values, ${length} bars need ${INDICATOR_KEYS.length * length}`,
    );
  let used = 0;
  const column = (): Float64Array => {
    used += length;
    return buffer.subarray(used - length, used);
  };
  const trend = macd(close, MACD_PERIODS, { macd: column(), signal: column(), histogram: column() });
  const bands = bollinger(close, 20, 2, { upper: column(), middle: column(), lower: column() });
  return {
    symbol: series.symbol,
    timeframe: series.timeframe,
    length,
    sma50: sma(close, 50, column()),
    ema9: ema(close, 9, column()),
    ema20: ema(close, 20, column()),
    ema21: ema(close, 21, column()),
    ema50: ema(close, 50, column()),
    macd: trend.macd,
    macdSignal: trend.signal,
    macdHistogram: trend.histogram,
    rsi7: rsi(close, 7, column()),
    rsi14: rsi(close, 14, column()),
    atr14: atr(series.high, series.low, close, 14, column()),
    bollingerUpper: bands.upper,
    bollingerMiddle: bands.middle,
    bollingerLower: bands.lower,
    vwap: sessionVwap(series, column()),
    volumeSurge: volumeSurge(series.volume, 20, column()),
  };
}

/** The newest value of a column, or the one `back` bars before it; null in warm-up and before the first bar. */
export function latest(column: Float64Array, back = 0): number | null {
  const value = column[column.length - 1 - back];
  return value === undefined || !Number.isFinite(value) ? null : value;
}
