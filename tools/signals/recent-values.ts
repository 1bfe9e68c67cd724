import type { SymbolMarket } from '#domain/market.ts';
import type { RecentValues } from '#domain/signal.ts';
import { TIMEFRAME_MS } from '#domain/time.ts';
import { computeIndicatorFrame, type IndicatorKey } from '#tools/indicators/indicator-frame.ts';

/** The indicators a sequence says more of than its last value does. */
const SEQUENCE_KEYS: readonly IndicatorKey[] = ['rsi14', 'macdHistogram', 'volumeSurge'];

/**
 * The newest `bars` values of `close` and of `SEQUENCE_KEYS` on every timeframe, oldest first, in the units of
 * `IndicatorFrame`; null in warm-up. Measures the frozen candles again, so nobody pays for it who does not ask.
 */
export function recentValues(market: SymbolMarket, bars = 8): RecentValues[] {
  return [...market.series].flatMap(([timeframe, series]) => {
    const frame = computeIndicatorFrame(series);
    const openAtMs = series.openAtMs[series.length - 1];
    if (openAtMs === undefined) return [];
    const newestAtMs = openAtMs + TIMEFRAME_MS[timeframe];
    const tailOf = (key: string, column: Float64Array): RecentValues => ({
      ...{ key, timeframe, newestAtMs },
      values: Array.from(column.subarray(-bars), (value) => (Number.isFinite(value) ? value : null)),
    });
    return [tailOf('close', series.close), ...SEQUENCE_KEYS.map((key) => tailOf(key, frame[key]))];
  });
}
