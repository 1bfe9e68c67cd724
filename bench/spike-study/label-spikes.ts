/** What a true spike is, with hindsight and without the detector: docs/spikes.md says it in words. */
import type { BarColumns } from '#domain/candle.ts';
import { robustSigmas } from '#tools/spikes/robust-baseline.ts';
import { RollingBaseline } from '#tools/spikes/rolling-baseline.ts';

/** Fixed before the first measurement and not changed since. */
export const LABEL_RULE = {
  priceSigmas: 6,
  volumeSigmas: 4,
  /** The bars before and after a bar, as many on either side, that say what was usual around it. */
  sideBars: 240,
  /** The bars after it in which the move still stands. */
  holdBars: 3,
} as const;

/** A bar is no spike, a spike up (of volume: a spike), a spike down, or there is too little around it to say. */
export const LABEL = { none: 0, up: 1, down: -1, unknown: 2 } as const;

export interface Labels {
  readonly label: Int8Array;
  /** Distance from the median of the bars around, in their robust sigmas; NaN where unknown. */
  readonly sigmas: Float64Array;
}

/** One basis point, and a tenth of a logarithm of volume: what stands in for a market that stands still. */
const LEAST_SIGMA = { price: 1e-4, volume: 0.1 } as const;

export function labelPrices(bars: BarColumns, intervalMs: number): Labels {
  const { length, openAtMs, close } = bars;
  const returns = new Float64Array(length).fill(Number.NaN);
  for (let i = 1; i < length; i++) {
    const stepMs = openAtMs[i]! - openAtMs[i - 1]!;
    if (stepMs === intervalMs) returns[i] = Math.log(close[i]! / close[i - 1]!);
  }
  const sigmas = sigmasAround(returns, LEAST_SIGMA.price);
  return labelled(bars, intervalMs, sigmas, (i) => {
    if (Math.abs(sigmas[i]!) < LABEL_RULE.priceSigmas) return LABEL.none;
    const direction = Math.sign(sigmas[i]!);
    const half = Math.abs(returns[i]!) / 2;
    for (let later = i + 1; later <= i + LABEL_RULE.holdBars; later++)
      if (direction * Math.log(close[later]! / close[i - 1]!) < half) return LABEL.none;
    return direction;
  });
}

export function labelVolumes(bars: BarColumns, intervalMs: number): Labels {
  const logs = bars.volume.map((volume) => (volume > 0 ? Math.log(volume) : Number.NaN));
  const sigmas = sigmasAround(logs, LEAST_SIGMA.volume);
  return labelled(bars, intervalMs, sigmas, (i) => {
    if (sigmas[i]! < LABEL_RULE.volumeSigmas) return LABEL.none;
    let after = 0;
    for (let later = i + 1; later <= i + LABEL_RULE.holdBars; later++) after += sigmas[later]!;
    return after > 0 ? LABEL.up : LABEL.none;
  });
}

function labelled(
  { length, openAtMs }: BarColumns,
  intervalMs: number,
  sigmas: Float64Array,
  judge: (i: number) => number,
): Labels {
  const { holdBars } = LABEL_RULE;
  const label = new Int8Array(length).fill(LABEL.unknown);
  for (let i = 0; i + holdBars < length; i++) {
    const isWhole = openAtMs[i + holdBars]! - openAtMs[i]! === holdBars * intervalMs;
    if (isWhole && Number.isFinite(sigmas[i]!)) label[i] = judge(i);
  }
  return { label, sigmas };
}

/** Each value in robust sigmas of the values around it; NaN near either end, and where most of those are unknown. */
function sigmasAround(values: Float64Array, leastSigma: number): Float64Array {
  const { sideBars } = LABEL_RULE;
  const sigmas = new Float64Array(values.length).fill(Number.NaN);
  const around = new RollingBaseline(2 * sideBars + 1, leastSigma);
  for (let i = 0; i < values.length; i++) {
    around.push(values[i]!);
    const isKnown = around.isFull && around.count > sideBars;
    if (isKnown) sigmas[i - sideBars] = robustSigmas(values[i - sideBars]!, around);
  }
  return sigmas;
}
