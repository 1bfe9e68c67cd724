import { type RobustBaseline, SIGMA_OF_MAD } from '#tools/spikes/robust-baseline.ts';

interface UsualQuestion {
  readonly from: number;
  readonly to: number;
  /** A guess at what is usual: the further off, the less is told. */
  readonly usual: RobustBaseline;
  readonly sigmas: number;
}

const SLACK = 1 + 1e-9;
/** What the guess may be off by: of the distance from it, and of a sigma at least. */
const OFF_SHARE = 1 / 8;

/**
 * Whether the value at `index` surely lies fewer than `sigmas` robust sigmas from the median of `[from, to)`, told by
 * counting and without an order: fewer than half of them lie further than `off` on either side of the guess, so the
 * median is within `off` of it; and more than half lie so far from the guess that their median deviation is large
 * enough. False says nothing. O(n), nothing allocated.
 */
export function isSurelyUsual(
  values: Float64Array,
  index: number,
  { from, to, usual, sigmas }: UsualQuestion,
): boolean {
  const distance = Math.abs(values[index]! - usual.median);
  if (!(distance < Number.POSITIVE_INFINITY)) return false;
  const off = Math.max(distance, usual.sigma) * OFF_SHARE;
  const farEnough = off + ((distance + off) / (sigmas * SIGMA_OF_MAD)) * SLACK;
  const half = (to - from) / 2;
  let [over, under, far] = [0, 0, 0];
  for (let i = from; i < to; i++) {
    const away = values[i]! - usual.median;
    if (away > off) over += 1;
    else if (away < -off) under += 1;
    else if (Number.isNaN(away)) return false;
    if (away >= farEnough || away <= -farEnough) far += 1;
  }
  return over < half && under < half && far > half;
}
