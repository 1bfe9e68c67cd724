import type { CandleSeries } from '#domain/candle.ts';
import type { SymbolMarket } from '#domain/market.ts';
import type { Regime, TrendRegime } from '#domain/signal.ts';
import { DAY_MS, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { type IndicatorFrame, latest } from '#tools/indicators/indicator-frame.ts';
import { logReturnAt } from '#tools/indicators/log-return.ts';
import { chooseTimeframe } from './choose-timeframe.ts';
import { marketCorrelation } from './market-correlation.ts';

export const TREND_TIMEFRAME: Timeframe = '4h';
/** The trend's slope is taken over this many bars, and has to cover this much of an ATR to be one. */
export const SLOPE_BARS = 10;
const LEAST_SLOPE_ATR = 0.5;
/** REQUIREMENTS, regimes: 30-day volatility over 1.5 × the 90-day one is high, under 0.7 × is calm. */
const LONG_DAYS = 90;
const LONG_OVER_SHORT = 3;
const LEAST_LONG_RETURNS = 90;
const VOLATILE_ABOVE = 1.5;
const CALM_BELOW = 0.7;

/**
 * Trend, volatility and dependence on BTC of one symbol.
 *
 * - `trend` from the 4h bars, else the next coarser, else the coarsest there are: bull when the close is above EMA 50 and
 *   EMA 50 has risen by half an ATR 14 over ten bars; bear the other way; sideways in between; unknown in warm-up.
 * - `volatilityRatio` from the same bars: realised volatility (root mean square of log returns) of the last 30 days over
 *   that of the last 90. A shorter series scales both windows, keeping one to three; under 90 returns it is null.
 * - `btcCorrelation` of the last 168 hourly returns (or of the next coarser bars), aligned by open time: 1 for BTC
 *   itself, null without BTC or with fewer than 36 common returns.
 */
export function assessRegime(
  market: SymbolMarket,
  frames: ReadonlyMap<Timeframe, IndicatorFrame>,
  btc: SymbolMarket | null,
): Regime {
  const timeframe = chooseTimeframe(market.series.keys(), TREND_TIMEFRAME);
  const series = timeframe === null ? undefined : market.series.get(timeframe);
  const frame = timeframe === null ? undefined : frames.get(timeframe);
  const own = series === undefined || frame === undefined ? UNKNOWN : ownRegime(series, frame);
  return {
    ...own,
    btcCorrelation: btc === null ? null : marketCorrelation(market, btc),
  };
}

const UNKNOWN = { trend: 'unknown', volatilityRatio: null, volatility: 'unknown' } as const;

/** What the bars of the trend's timeframe say by themselves. */
export function ownRegime(series: CandleSeries, frame: IndicatorFrame): Omit<Regime, 'btcCorrelation'> {
  const ratio = volatilityRatio(series);
  return { trend: trendOf(series, frame), volatilityRatio: ratio, volatility: volatilityWord(ratio) };
}

function trendOf(series: CandleSeries, frame: IndicatorFrame): TrendRegime {
  const close = latest(series.close);
  const average = latest(frame.ema50);
  const averageBefore = latest(frame.ema50, SLOPE_BARS);
  const range = latest(frame.atr14);
  if (close === null || average === null || averageBefore === null || range === null) return 'unknown';
  return trendFrom(close, { average, averageBefore, range });
}

/** The rule of `trend` on plain numbers: the close, EMA 50 now and ten bars ago, and ATR 14. */
export function trendFrom(
  close: number,
  {
    average,
    averageBefore,
    range,
  }: { readonly average: number; readonly averageBefore: number; readonly range: number },
): TrendRegime {
  const slope = average - averageBefore;
  if (Math.abs(slope) < LEAST_SLOPE_ATR * range || slope === 0) return 'sideways';
  if (slope > 0 && close > average) return 'bull';
  return slope < 0 && close < average ? 'bear' : 'sideways';
}

/** The returns of ninety days: the most a ratio of volatilities takes. */
export function mostReturns(timeframe: Timeframe): number {
  return Math.ceil((LONG_DAYS * DAY_MS) / TIMEFRAME_MS[timeframe]);
}

/** Realised volatility of the newest third of the look-back over all of it; null before 90 returns or without movement. */
export function volatilityRatio(series: CandleSeries): number | null {
  const wanted = mostReturns(series.timeframe);
  const longReturns = Math.min(series.length - 1, wanted);
  if (longReturns < Math.min(LEAST_LONG_RETURNS, wanted)) return null;
  const squares = Float64Array.from({ length: longReturns }, (_, i) => {
    return logReturnAt(series, series.length - longReturns + i) ** 2;
  });
  return ratioFrom(squares, longReturns, longReturns);
}

/** What the volatility of `longReturns` returns up to bar `end` is called; of a column of squared log returns. */
export function volatilityFrom(
  squares: Float64Array,
  end: number,
  longReturns: number,
): Regime['volatility'] {
  return volatilityWord(ratioFrom(squares, end, longReturns));
}

function ratioFrom(squares: Float64Array, end: number, longReturns: number): number | null {
  const long = rootMeanSquare(squares, end, longReturns);
  if (!(long > 0)) return null;
  return rootMeanSquare(squares, end, Math.round(longReturns / LONG_OVER_SHORT)) / long;
}

function rootMeanSquare(squares: Float64Array, end: number, count: number): number {
  let sum = 0;
  for (let i = end - count; i < end; i++) sum += squares[i]!;
  return Math.sqrt(sum / count);
}

function volatilityWord(ratio: number | null): Regime['volatility'] {
  if (ratio === null) return 'unknown';
  if (ratio > VOLATILE_ABOVE) return 'volatile';
  return ratio < CALM_BELOW ? 'calm' : 'normal';
}
