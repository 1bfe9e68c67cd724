/** What is usual: the median and the robust sigma, 1.4826 × the median absolute deviation (the sigma of a normal law). */
export interface RobustBaseline {
  readonly median: number;
  readonly sigma: number;
}

const SIGMA_OF_MAD = 1.4826;

/**
 * Median and robust sigma of `values`, neither moved by a minority of outliers; null for no values.
 * `leastSigma` stands in where more than half of the values are equal and the deviation vanishes. O(n log n).
 * @throws RangeError when `leastSigma` is not above 0.
 */
export function robustBaseline(values: Float64Array, leastSigma: number): RobustBaseline | null {
  if (!(leastSigma > 0)) throw new RangeError(`robustBaseline: leastSigma ${leastSigma} must be above 0`);
  if (values.length === 0) return null;
  const sorted = values.slice().sort();
  const median = medianOfSorted(sorted);
  for (let i = 0; i < sorted.length; i++) sorted[i] = Math.abs(sorted[i]! - median);
  sorted.sort();
  return { median, sigma: Math.max(SIGMA_OF_MAD * medianOfSorted(sorted), leastSigma) };
}

/** Signed distance of `value` from the median, in robust sigmas. */
export function robustSigmas(value: number, usual: RobustBaseline): number {
  return (value - usual.median) / usual.sigma;
}

function medianOfSorted(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle]!;
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2;
}
