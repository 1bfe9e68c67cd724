import type { EpochMs } from './time.ts';

/** A stretch of time; `toMs` is the first instant after it. */
export interface TimeSpan {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

/** Joins spans that touch or overlap; oldest first. */
export function joinSpans(spans: readonly TimeSpan[]): TimeSpan[] {
  const joined: TimeSpan[] = [];
  for (const span of spans.toSorted((left, right) => left.fromMs - right.fromMs)) {
    const last = joined.at(-1);
    if (last && span.fromMs <= last.toMs)
      joined[joined.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, span.toMs) };
    else joined.push({ fromMs: span.fromMs, toMs: span.toMs });
  }
  return joined;
}

/** What lies in both of two lists of joined spans. */
export function intersectSpans(left: readonly TimeSpan[], right: readonly TimeSpan[]): TimeSpan[] {
  return left.flatMap((one) =>
    right
      .map((other) => ({ fromMs: Math.max(one.fromMs, other.fromMs), toMs: Math.min(one.toMs, other.toMs) }))
      .filter((span) => span.fromMs < span.toMs),
  );
}

/** What of `whole` lies in none of the taken spans, which may overlap and reach beyond it; oldest first. */
export function missingSpans(whole: TimeSpan, taken: readonly TimeSpan[]): TimeSpan[] {
  const missing: TimeSpan[] = [];
  let fromMs = whole.fromMs;
  for (const span of joinSpans(taken)) {
    if (span.toMs <= fromMs) continue;
    if (span.fromMs >= whole.toMs) break;
    if (span.fromMs > fromMs) missing.push({ fromMs, toMs: span.fromMs });
    fromMs = span.toMs;
  }
  if (fromMs < whole.toMs) missing.push({ fromMs, toMs: whole.toMs });
  return missing;
}

export function touchesSpan(one: TimeSpan, other: TimeSpan): boolean {
  return one.fromMs < other.toMs && other.fromMs < one.toMs;
}
