/** How far a mean could lie from what was seen, by drawing the same blocks again and again. */
import type { RandomSource } from '#domain/ids.ts';
import { normalQuantile, normalShare } from './normal.ts';

export interface BootstrapRange {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  readonly resamples: number;
  readonly random: RandomSource;
  /** How often such a range should hold the true mean. */
  readonly coverageFraction?: number;
}

/**
 * The range of the mean of `values` by the percentile bootstrap, widened for few values as Hesterberg's expanded
 * percentiles are: plain ones are too narrow by `√((n-1)/n)` and by the normal's tails for Student's. A constant gives
 * that constant on both ends. The values must not hang together: sum what does into blocks first (`sumByBlock`).
 * O(resamples × values).
 * @throws RangeError without a value, and for one that is not finite
 * @see T. C. Hesterberg, What Teachers Should Know about the Bootstrap, The American Statistician 69 (2015).
 */
export function bootstrapMean(values: readonly number[], options: BootstrapOptions): BootstrapRange {
  const { resamples, random, coverageFraction = 0.95 } = options;
  const strange = values.find((value) => !Number.isFinite(value));
  if (values.length === 0 || strange !== undefined)
    throw new RangeError(
      `the range of ${values.length} values, one of them ${strange}: give finite ones, at least one`,
    );
  const means = new Float64Array(resamples);
  for (let draw = 0; draw < resamples; draw += 1) {
    let sum = 0;
    for (let pick = 0; pick < values.length; pick += 1)
      sum += values[Math.floor(random.next() * values.length)] ?? 0;
    means[draw] = sum / values.length;
  }
  means.sort();
  const tail = expandedTail((1 - coverageFraction) / 2, values.length);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    mean,
    low: Math.min(mean, quantileOf(means, tail)),
    high: Math.max(mean, quantileOf(means, 1 - tail)),
  };
}

/** Sums of what falls into each block of `blockMs` since the epoch, for the blocks named by `atMs`, in their order. */
export function sumByBlock(
  parts: readonly { readonly atMs: number; readonly value: number }[],
  blocks: readonly number[],
  blockMs: number,
): number[] {
  const sums = new Map(blocks.map((block) => [block, 0]));
  for (const { atMs, value } of parts) {
    const block = Math.floor(atMs / blockMs);
    const sum = sums.get(block);
    if (sum === undefined) throw new RangeError(`nothing was decided in the block of ${atMs}`);
    sums.set(block, sum + value);
  }
  return [...sums.values()];
}

/** The share of draws to leave out on each side, for `count` values. */
export function expandedTail(tail: number, count: number): number {
  if (count < 2) return tail;
  const student = studentQuantile(normalQuantile(1 - tail), count - 1);
  return normalShare(-Math.sqrt(count / (count - 1)) * student);
}

/** Between the two nearest draws, in proportion. */
export function quantileOf(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

/** Student's quantile from the normal one. @see Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5 */
function studentQuantile(z: number, degrees: number): number {
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / degrees + second / degrees ** 2 + third / degrees ** 3;
}
