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

/**
 * The notice of the bar at `index`, or null where it is none. The series has no hole; under `baselineBars + 1` bars before
 * it nothing is known. O(n log n) in the baseline, where a detector pays for every bar whether anybody asks or not.
 */
export function noticeAt(
  series: CandleSeries,
  index: number,
  { baselineBars, priceSigmas, volumeSigmas }: SpikeThresholds = STREAM_THRESHOLDS,
): SpikeNotice | null {
  const first = index - baselineBars;
  if (first < 1) return null;
  const returns = new Float64Array(baselineBars);
  const volumes: number[] = [];
  for (let i = first; i < index; i++) {
    returns[i - first] = logReturnAt(series, i);
    const traded = series.volume[i]!;
    if (traded > 0) volumes.push(Math.log(traded));
  }
  const moved = sigmasOf(logReturnAt(series, index), returns, LEAST_RETURN_SIGMA);
  const traded = series.volume[index]!;
  const busy =
    traded > 0 ? sigmasOf(Math.log(traded), Float64Array.from(volumes), LEAST_LOG_VOLUME_SIGMA) : 0;
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
}

function sigmasOf(value: number, usual: Float64Array, leastSigma: number): number {
  const known = usual.filter(Number.isFinite);
  const baseline = known.length < LEAST_BASELINE_BARS ? null : robustBaseline(known, leastSigma);
  return baseline === null ? 0 : robustSigmas(value, baseline);
}
