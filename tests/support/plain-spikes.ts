/** Spikes worked out anew at every bar, from nothing but the bars before it: what the stream must say, and how slow it is. */
import type { CandleSeries } from '#domain/candle.ts';
import { robustBaseline } from '#tools/spikes/robust-baseline.ts';
import {
  LEAST_BASELINE_BARS,
  LEAST_LOG_VOLUME_SIGMA,
  LEAST_RETURN_SIGMA,
} from '#tools/spikes/spike-options.ts';

type Bars = Pick<CandleSeries, 'openAtMs' | 'close' | 'volume'>;

export interface PlainSigmas {
  readonly price: number;
  readonly volume: number;
}

/** Of the bar at `index`; 0 where the bars before it do not tell. O(baselineBars · log baselineBars). */
export function plainSigmas(
  bars: Bars,
  index: number,
  { intervalMs, baselineBars }: { readonly intervalMs: number; readonly baselineBars: number },
): PlainSigmas {
  const { openAtMs, close, volume } = bars;
  const stepsTo = (i: number) => (openAtMs[i]! - openAtMs[i - 1]!) / intervalMs;
  const returnAt = (i: number) => Math.log(close[i]! / close[i - 1]!) / Math.sqrt(stepsTo(i));
  let first = index;
  while (first > 0 && index - first < baselineBars + 1 && stepsTo(first) <= baselineBars) first -= 1;
  const returns: number[] = [];
  const volumes: number[] = [];
  for (let i = index - 1; i >= first && volumes.length < baselineBars; i--) {
    if (i > first) returns.push(returnAt(i));
    volumes.push(volume[i]! > 0 ? Math.log(volume[i]!) : Number.NaN);
  }
  return {
    price:
      index > first && returns.length === baselineBars
        ? distance(returnAt(index), returns, LEAST_RETURN_SIGMA)
        : 0,
    volume:
      index > first && volumes.length === baselineBars && volume[index]! > 0
        ? distance(Math.log(volume[index]!), volumes, LEAST_LOG_VOLUME_SIGMA)
        : 0,
  };
}

function distance(value: number, before: readonly number[], leastSigma: number): number {
  const known = Float64Array.from(before.filter((one) => Number.isFinite(one)));
  const usual = robustBaseline(known, leastSigma);
  if (usual === null || known.length < LEAST_BASELINE_BARS) return 0;
  return (value - usual.median) / usual.sigma;
}
