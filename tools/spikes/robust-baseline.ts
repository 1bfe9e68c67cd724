/** What is usual: the median and the robust sigma, 1.4826 × the median absolute deviation (the sigma of a normal law). */
export interface RobustBaseline {
  readonly median: number;
  readonly sigma: number;
}

export const SIGMA_OF_MAD = 1.4826;

/**
 * Median and robust sigma of `values`, neither moved by a minority of outliers; null for no values.
 * `leastSigma` stands in where more than half of the values are equal and the deviation vanishes. O(n log n).
 * @throws RangeError when `leastSigma` is not above 0.
 */
export function robustBaseline(values: Float64Array, leastSigma: number): RobustBaseline | null {
  checkLeastSigma('robustBaseline', leastSigma);
  if (values.length === 0) return null;
  const sorted = values.slice().sort();
  const median = medianOfSorted(sorted, sorted.length);
  return { median, sigma: sigmaOfSorted(sorted, sorted.length, median, leastSigma) };
}

/** Signed distance of `value` from the median, in robust sigmas. */
export function robustSigmas(value: number, usual: RobustBaseline): number {
  return (value - usual.median) / usual.sigma;
}

/** The middle of the first `count` values, or the mean of the two middles; NaN for none. O(1). */
export function medianOfSorted(sorted: Float64Array, count: number): number {
  const middle = count >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return count % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Robust sigma of the first `count` values, ascending, around their median; at least `leastSigma`. O(log n), no copy. */
export function sigmaOfSorted(
  sorted: Float64Array,
  count: number,
  median: number,
  leastSigma: number,
): number {
  return Math.max(SIGMA_OF_MAD * deviationOfSorted(sorted, count, median), leastSigma);
}

export function checkLeastSigma(caller: string, leastSigma: number): void {
  if (!(leastSigma > 0)) throw new RangeError(`${caller}: leastSigma ${leastSigma} must be above 0`);
}

/**
 * The median of |value − median|. Away from the middle the deviations ascend on either side, so their middle is found by
 * bisecting how many of the lower half lie on the left: the very number that sorting all of them would give.
 */
function deviationOfSorted(sorted: Float64Array, count: number, median: number): number {
  const split = count >> 1;
  const rightCount = count - split;
  const left = (rank: number) =>
    rank < 0 ? -Infinity : rank >= split ? Infinity : median - sorted[split - 1 - rank]!;
  const right = (rank: number) =>
    rank < 0 ? -Infinity : rank >= rightCount ? Infinity : sorted[split + rank]! - median;
  let low = 0;
  let high = split;
  while (low < high) {
    const fromLeft = (low + high) >> 1;
    if (left(fromLeft) < right(split - fromLeft - 1)) low = fromLeft + 1;
    else high = fromLeft;
  }
  const upper = Math.min(left(low), right(split - low));
  if (count % 2 === 1) return upper;
  return (Math.max(left(low - 1), right(split - low - 1)) + upper) / 2;
}
