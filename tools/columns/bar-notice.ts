/** What a `SpikeDetector` that has seen a series so far tells at the close of one bar, reckoned for that bar alone. */
import type { CandleSeries } from '#domain/candle.ts';
import type { SpikeNotice } from '#domain/signal.ts';
import { TIMEFRAME_MS } from '#domain/time.ts';
import { logReturnAt } from '#tools/indicators/log-return.ts';
import { type RobustBaseline, robustBaseline, robustSigmas } from '#tools/spikes/robust-baseline.ts';
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
  const moves = createMeasured(
    Float64Array.from(series.close, (_, i) => logReturnAt(series, i)),
    { baselineBars, sigmas: priceSigmas, leastSigma: LEAST_RETURN_SIGMA },
  );
  const volumes = createMeasured(
    series.volume.map((traded) => (traded > 0 ? Math.log(traded) : Number.NaN)),
    { baselineBars, sigmas: volumeSigmas, leastSigma: LEAST_LOG_VOLUME_SIGMA },
  );
  const isMoveOf = (sigmas: number) => Math.abs(sigmas) >= priceSigmas;
  const isBurstOf = (sigmas: number) => sigmas >= volumeSigmas;

  return {
    at(index) {
      if (index - baselineBars < 1) return null;
      const mayTell =
        (!moves.isPlain(index) && isMoveOf(moves.sigmasAt(index))) ||
        (!volumes.isPlain(index) && isBurstOf(volumes.sigmasAt(index)));
      if (!mayTell) return null;
      const moved = moves.sigmasAt(index);
      const busy = volumes.sigmasAt(index);
      const isMove = isMoveOf(moved);
      const isBurst = isBurstOf(busy);
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

interface Measured {
  /** Whether it surely lies within its sigmas. */
  isPlain(index: number): boolean;
  /** 0 where it is no number, or where too little is known of what is usual. */
  sigmasAt(index: number): number;
}

function createMeasured(
  values: Float64Array,
  of: { readonly baselineBars: number; readonly sigmas: number; readonly leastSigma: number },
): Measured {
  const { baselineBars, sigmas, leastSigma } = of;
  /** As it was measured last. */
  let usual: RobustBaseline = { median: 0, sigma: leastSigma };
  return {
    isPlain: (index) =>
      isSurelyUsual(values, index, { from: index - baselineBars, to: index, usual, sigmas }),
    sigmasAt(index) {
      const known = values.subarray(index - baselineBars, index).filter(Number.isFinite);
      const baseline = known.length < LEAST_BASELINE_BARS ? null : robustBaseline(known, leastSigma);
      if (baseline === null || Number.isNaN(values[index]!)) return 0;
      usual = baseline;
      return robustSigmas(values[index]!, baseline);
    },
  };
}
