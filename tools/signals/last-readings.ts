import type { SymbolMarket } from '#domain/market.ts';
import type { IndicatorReading } from '#domain/signal.ts';
import type { Timeframe } from '#domain/time.ts';
import { type IndicatorFrame, type IndicatorKey, latest } from '#tools/indicators/indicator-frame.ts';

/** What a person or a prompt reads of each timeframe, beside the last close; the rest stays in the frame. */
export const QUOTED_KEYS: readonly IndicatorKey[] = [
  'ema9',
  'ema21',
  'ema50',
  'macdHistogram',
  'rsi7',
  'rsi14',
  'atr14',
  'bollingerUpper',
  'bollingerLower',
  'vwap',
  'volumeSurge',
];

/**
 * The newest closed bar's values on every timeframe of `frames`, in its order: `close`, then `QUOTED_KEYS`. Unrounded,
 * in the units of `IndicatorFrame`; null in warm-up. A timeframe and a key name one value.
 */
export function lastReadings(
  market: SymbolMarket,
  frames: ReadonlyMap<Timeframe, IndicatorFrame>,
): IndicatorReading[] {
  const readings: IndicatorReading[] = [];
  for (const [timeframe, frame] of frames) {
    const series = market.series.get(timeframe);
    readings.push({ key: 'close', timeframe, value: series === undefined ? null : latest(series.close) });
    for (const key of QUOTED_KEYS) readings.push({ key, timeframe, value: latest(frame[key]) });
  }
  return readings;
}
