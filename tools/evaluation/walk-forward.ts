/** Which time is learned from, which is looked at after it, and which nobody looks at before the very end. */
import { DAY_MS, type EpochMs } from '#domain/time.ts';
import { joinSpans, type TimeSpan } from '#domain/time-span.ts';

export interface Fold {
  /** What parameters are chosen on. */
  readonly train: TimeSpan;
  /** What they are judged on, an embargo later. */
  readonly test: TimeSpan;
}

export interface WalkForward {
  /** Oldest first; each trains on everything before its test, and the tests do not overlap. */
  readonly folds: readonly Fold[];
  /** Parameters are chosen on all that the folds saw; its test is seen by nothing else. */
  readonly final: Fold;
  readonly finalRule: 'year' | 'fifth';
}

export interface WalkForwardOptions {
  readonly folds: number;
  /** Belongs to neither side: what was decided before it may still be held in it. */
  readonly embargoMs: number;
}

export const FINAL_YEAR_MS = 365 * DAY_MS;
export const DEFAULT_WALK_FORWARD: WalkForwardOptions = { folds: 4, embargoMs: 2 * DAY_MS };

/**
 * Cuts the time there are candles of, in which holes do not count: the last year is kept for the end where there are two
 * years or more, else the last fifth. What is before it is cut into `folds + 1` parts of equal length; fold i trains on
 * the parts up to i and is tested on the next one.
 * @throws RangeError where a part is no longer than the embargo, and for less than one fold
 */
export function walkForward(
  covered: readonly TimeSpan[],
  { folds, embargoMs }: WalkForwardOptions = DEFAULT_WALK_FORWARD,
): WalkForward {
  const spans = joinSpans(covered);
  const totalMs = spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const finalRule = totalMs >= 2 * FINAL_YEAR_MS ? 'year' : 'fifth';
  const seenMs = totalMs - (finalRule === 'year' ? FINAL_YEAR_MS : totalMs / 5);
  const partMs = seenMs / (folds + 1);
  if (!(folds >= 1) || partMs <= embargoMs)
    throw new RangeError(
      `${days(totalMs)} days of candles in ${folds + 1} parts and a final one leave ${days(partMs)} days a part, no more than the embargo of ${days(embargoMs)}: give a longer span`,
    );
  const cutAfter = (elapsedMs: number) => instantAfter(spans, elapsedMs);
  const fromMs = cutAfter(0);
  const foldBetween = (testFromMs: EpochMs, testToMs: EpochMs): Fold => ({
    train: { fromMs, toMs: testFromMs - embargoMs },
    test: { fromMs: testFromMs, toMs: testToMs },
  });
  const cuts = Array.from({ length: folds + 1 }, (_, part) => cutAfter((part + 1) * partMs));
  return {
    folds: cuts.slice(0, -1).map((cut, part) => foldBetween(cut, cuts[part + 1] ?? cut)),
    final: foldBetween(cutAfter(seenMs), spans.at(-1)?.toMs ?? fromMs),
    finalRule,
  };
}

/** When so much of the covered time has passed, to the millisecond; never in a hole. */
function instantAfter(spans: readonly TimeSpan[], elapsedMs: number): EpochMs {
  let leftMs = Math.round(elapsedMs);
  for (const { fromMs, toMs } of spans) {
    if (leftMs < toMs - fromMs) return fromMs + leftMs;
    leftMs -= toMs - fromMs;
  }
  return spans.at(-1)?.toMs ?? 0;
}

function days(lengthMs: number): string {
  return (lengthMs / DAY_MS).toFixed(1);
}
