import { SIGMA_OF_MAD } from '#tools/spikes/robust-baseline.ts';

/** A guess at the median: the further off, the less is told. */
interface UsualQuestion {
  readonly from: number;
  readonly to: number;
  readonly around: number;
  readonly sigmas: number;
}

const SLACK = 1 + 1e-9;
/** Of the distance from the guess; what the median may be off by. */
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
  { from, to, around, sigmas }: UsualQuestion,
): boolean {
  const distance = Math.abs(values[index]! - around);
  if (!(distance < Number.POSITIVE_INFINITY)) return false;
  const off = distance * OFF_SHARE;
  const farEnough = off + ((distance + off) / (sigmas * SIGMA_OF_MAD)) * SLACK;
  const half = (to - from) / 2;
  let [over, under, far] = [0, 0, 0];
  for (let i = from; i < to; i++) {
    const away = values[i]! - around;
    if (away > off) over += 1;
    else if (away < -off) under += 1;
    else if (Number.isNaN(away)) return false;
    if (away >= farEnough || away <= -farEnough) far += 1;
  }
  return over < half && under < half && far > half;
}
