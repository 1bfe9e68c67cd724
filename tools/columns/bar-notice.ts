/** What a `SpikeDetector` that has seen a series so far tells at the close of one bar, reckoned for that bar alone. */
import type { CandleSeries } from '#domain/candle.ts';
import type { SpikeNotice } from '#domain/signal.ts';
import { TIMEFRAME_MS } from '#domain/time.ts';
import { logReturnAt } from '#tools/indicators/log-return.ts';
import { robustBaseline, robustSigmas } from '#tools/spikes/robust-baseline.ts';
import {
  LEAST_BASELINE_BARS,
  LEAST_LOG_VOLUME_SIGMA,
  LEAST_RETURN_SIGMA,
  type SpikeThresholds,
  STREAM_THRESHOLDS,
} from '#tools/spikes/spike-options.ts';
import { isSurelyUsual } from './surely-usual.ts';

export interface BarNotices {
  /** The notice of the bar at `index`, or null where it is none; where under `baselineBars + 1` bars lie before it, too. */
  at(index: number): SpikeNotice | null;
}

/**
 * Of a series without a hole. A bar costs O(baseline) where its move and volume are plainly usual, O(n log n) in the
 * baseline where they may not be; a detector pays for every bar whether anybody asks or not.
 */
export function createBarNotices(
  series: CandleSeries,
  { baselineBars, priceSigmas, volumeSigmas }: SpikeThresholds = STREAM_THRESHOLDS,
): BarNotices {
  const returns = Float64Array.from(series.close, (_, i) => logReturnAt(series, i));
  const volumes = series.volume.map((traded) => (traded > 0 ? Math.log(traded) : Number.NaN));
  /** The median of the volumes where they were measured last. */
  let usualVolume = 0;

  function sigmasAt(values: Float64Array, index: number, leastSigma: number): number {
    const known = values.subarray(index - baselineBars, index).filter(Number.isFinite);
    const baseline = known.length < LEAST_BASELINE_BARS ? null : robustBaseline(known, leastSigma);
    if (values === volumes) usualVolume = baseline?.median ?? usualVolume;
    return baseline === null ? 0 : robustSigmas(values[index]!, baseline);
  }

  function isPlain(index: number): boolean {
    const about = { from: index - baselineBars, to: index };
    return (
      isSurelyUsual(returns, index, { ...about, around: 0, sigmas: priceSigmas }) &&
      isSurelyUsual(volumes, index, { ...about, around: usualVolume, sigmas: volumeSigmas })
    );
  }

  return {
    at(index) {
      if (index - baselineBars < 1 || isPlain(index)) return null;
      const moved = sigmasAt(returns, index, LEAST_RETURN_SIGMA);
      const traded = series.volume[index]!;
      const busy = traded > 0 ? sigmasAt(volumes, index, LEAST_LOG_VOLUME_SIGMA) : 0;
      const isMove = Math.abs(moved) >= priceSigmas;
      const isBurst = busy >= volumeSigmas;
      if (!isMove && !isBurst) return null;
      const openAtMs = series.openAtMs[index]!;
      const isUp = isMove ? moved > 0 : series.close[index]! >= series.open[index]!;
      return {
        ...{ symbol: series.symbol, timeframe: series.timeframe, barOpenAtMs: openAtMs },
        atMs: openAtMs + TIMEFRAME_MS[series.timeframe],
        direction: isUp ? 'up' : 'down',
        kind: !isMove ? 'volume' : isBurst ? 'both' : 'price',
        robustSigmas: isMove ? Math.abs(moved) : busy,
        volumeSigmas: busy,
      };
    },
  };
}
