/** Random numbers that depend on nothing but their names: the same question gives the same draw, in any order. */
import { type RandomSource, seededRandom } from '#domain/ids.ts';

const TABLE_SIZE = 1_024;
/** Keeps the lowest ten bits, a row of a table. */
export const ROW_BITS = 10;
export const ROW_MASK = TABLE_SIZE - 1;

/** A 32-bit mix of whole numbers and words (FNV-1a, then Murmur3's finish). */
export function hashOf(...parts: readonly (number | string)[]): number {
  let hash = 0x811c9dc5;
  for (const part of parts) {
    const text = `${part}|`;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A stream of its own for the named thing. */
export function randomFor(...parts: readonly (number | string)[]): RandomSource {
  return seededRandom(hashOf(...parts));
}

/** One draw of a table of quantiles: a look-up instead of logarithms, for the millions of bars. */
export function pick(table: Float64Array, random: RandomSource): number {
  return table[(random.next() * TABLE_SIZE) | 0]!;
}

/** One draw as 30 bits: a row for each of three tables, ten bits apart. */
export function threeRows(random: RandomSource): number {
  return (random.next() * 1_073_741_824) | 0;
}

/** A number between `from` and `to`. */
export function between(random: RandomSource, from: number, to: number): number {
  return from + (to - from) * random.next();
}

/** Quantiles of the standard normal distribution. */
export const NORMAL = quantiles(normalQuantile);

/** Quantiles of the exponential distribution of mean 1. */
export const EXPONENTIAL = quantiles((share) => -Math.log(1 - share));

/** Quantiles of a lognormal of median 1: how busy a minute is against its neighbours. */
export const BUSYNESS = quantiles((share) => Math.exp(0.45 * normalQuantile(share)));

function quantiles(at: (share: number) => number): Float64Array {
  return Float64Array.from({ length: TABLE_SIZE }, (_, i) => at((i + 0.5) / TABLE_SIZE));
}

/** @see P. J. Acklam, An algorithm for computing the inverse normal cumulative distribution function (2003). */
function normalQuantile(share: number): number {
  if (share > 0.5) return -normalQuantile(1 - share);
  if (share < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(share));
    const top =
      ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) *
        q +
        4.374664141464968) *
        q +
      2.938163982698783;
    const bottom =
      (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) *
        q +
      1;
    return top / bottom;
  }
  const q = share - 0.5;
  const r = q * q;
  const top =
    (((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
      2.506628277459239) *
    q;
  const bottom =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1;
  return top / bottom;
}
