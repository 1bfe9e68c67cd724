/** The normal distribution, as far as ranges and tests here need it. */

/**
 * The share of a standard normal distribution that lies below `z`; within 7.5e-8.
 * @see M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions (1964), 26.2.17
 */
export function normalShare(z: number): number {
  if (z > 0) return 1 - normalShare(-z);
  const t = 1 / (1 - 0.2316419 * z);
  const density = Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);
  const sum =
    0.31938153 * t -
    0.356563782 * t ** 2 +
    1.781477937 * t ** 3 -
    1.821255978 * t ** 4 +
    1.330274429 * t ** 5;
  return density * sum;
}

/** The inverse of `normalShare`, by halving; within ±10. */
export function normalQuantile(share: number): number {
  let from = -10;
  let to = 10;
  for (let step = 0; step < 60; step += 1) {
    const middle = (from + to) / 2;
    if (normalShare(middle) < share) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}
