import type { SymbolMarket } from '#domain/market.ts';
import type { RecentValues } from '#domain/signal.ts';
import { TIMEFRAME_MS } from '#domain/time.ts';
import { computeIndicatorFrame, type IndicatorKey } from '#tools/indicators/indicator-frame.ts';

/** The indicators a sequence says more of than its last value does. */
const SEQUENCE_KEYS: readonly IndicatorKey[] = ['rsi14', 'macdHistogram', 'volumeSurge'];

/** Every agent of a run is shown some of the same markets; a frozen one does not change. */
const measured = new WeakMap<SymbolMarket, Map<number, readonly RecentValues[]>>();

/**
 * The newest `bars` values of `close` and of `SEQUENCE_KEYS` on every timeframe, oldest first, in the units of
 * `IndicatorFrame`; null in warm-up. Measures the frozen candles again, so nobody pays for it who does not ask, and once.
 */
export function recentValues(market: SymbolMarket, bars = 8): readonly RecentValues[] {
  const ofMarket = measured.get(market) ?? new Map<number, readonly RecentValues[]>();
  measured.set(market, ofMarket);
  const values = ofMarket.get(bars) ?? measureRecent(market, bars);
  ofMarket.set(bars, values);
  return values;
}

function measureRecent(market: SymbolMarket, bars: number): RecentValues[] {
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
