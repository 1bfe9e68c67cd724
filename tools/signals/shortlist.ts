import { SCORE_THRESHOLD, type Signal } from '#domain/signal.ts';

/** A spike lifts a symbol as much as a score at the threshold does. */
const SPIKE_POINTS = SCORE_THRESHOLD;

/**
 * The symbols worth a closer look, best first, at most `maxSubjects`: those whose score reaches the threshold on either
 * side, and those that have just spiked. Ranked by |score|, plus 3 for having spiked; then by the size of the greatest
 * spike; then by symbol, so that the order never depends on the order of the input.
 * @throws RangeError when `maxSubjects` is not a whole number of at least 0.
 */
export function shortlist(signals: readonly Signal[], maxSubjects: number): Signal[] {
  if (!Number.isInteger(maxSubjects) || maxSubjects < 0)
    throw new RangeError(`shortlist: maxSubjects ${maxSubjects} must be a whole number of at least 0`);
  return signals
    .filter((signal) => Math.abs(signal.score) >= SCORE_THRESHOLD || signal.spikes.length > 0)
    .sort(byPromise)
    .slice(0, maxSubjects);
}

function byPromise(left: Signal, right: Signal): number {
  return (
    rankOf(right) - rankOf(left) ||
    greatestSpike(right) - greatestSpike(left) ||
    (left.symbol < right.symbol ? -1 : left.symbol > right.symbol ? 1 : 0)
  );
}

function rankOf(signal: Signal): number {
  return Math.abs(signal.score) + (signal.spikes.length > 0 ? SPIKE_POINTS : 0);
}

function greatestSpike(signal: Signal): number {
  return signal.spikes.reduce((greatest, { robustSigmas }) => Math.max(greatest, Math.abs(robustSigmas)), 0);
}
