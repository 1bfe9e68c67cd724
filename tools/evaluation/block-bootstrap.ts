/** Ranges of what daily returns came to, by drawing whole stretches of days again: days hang together. */
import type { RandomSource } from '#domain/ids.ts';
import { expandedTail, quantileOf } from '#tools/performance/bootstrap.ts';

export interface BlockBootstrapOptions {
  /** Days that are drawn together. */
  readonly blockLength: number;
  readonly resamples: number;
  readonly random: RandomSource;
  /** How often such a range should hold the truth. */
  readonly coverageFraction?: number;
}

export interface StatisticRange {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Fewer blocks than this, drawn again, only repeat themselves. */
export const LEAST_BOOTSTRAP_BLOCKS = 8;

/**
 * The range of `statistic` by the circular block bootstrap, widened for few blocks as `bootstrapMean` is. Null for fewer
 * than `LEAST_BOOTSTRAP_BLOCKS` whole blocks, and where the statistic of these values or of any draw is not finite.
 * O(resamples × values).
 * @see D. N. Politis and J. P. Romano, A Circular Block-Resampling Procedure for Stationary Data, in Exploring the Limits
 * of Bootstrap (1992).
 */
export function blockBootstrap(
  values: readonly number[],
  statistic: (values: readonly number[]) => number,
  { blockLength, resamples, random, coverageFraction = 0.95 }: BlockBootstrapOptions,
): StatisticRange | null {
  const blocks = Math.floor(values.length / blockLength);
  const value = statistic(values);
  if (blocks < LEAST_BOOTSTRAP_BLOCKS || !Number.isFinite(value)) return null;
  const drawn = new Array<number>(values.length).fill(0);
  const statistics = new Float64Array(resamples);
  for (let draw = 0; draw < resamples; draw += 1) {
    fillWithBlocks(drawn, values, blockLength, random);
    statistics[draw] = statistic(drawn);
  }
  if (!statistics.every(Number.isFinite)) return null;
  statistics.sort();
  const tail = expandedTail((1 - coverageFraction) / 2, blocks);
  return {
    value,
    low: Math.min(value, quantileOf(statistics, tail)),
    high: Math.max(value, quantileOf(statistics, 1 - tail)),
  };
}

/** Blocks from anywhere, going on at the first day after the last one. */
function fillWithBlocks(
  drawn: number[],
  values: readonly number[],
  blockLength: number,
  random: RandomSource,
): void {
  const count = values.length;
  for (let filled = 0; filled < count; ) {
    const from = Math.floor(random.next() * count);
    const length = Math.min(blockLength, count - filled);
    for (let day = 0; day < length; day += 1) drawn[filled + day] = values[(from + day) % count] ?? 0;
    filled += length;
  }
}
