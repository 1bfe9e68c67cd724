import { DAY_MS, type EpochMs, isoTime } from '#domain/time.ts';

/** A stretch of time; `toMs` is the first instant after it. */
export interface Span {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

/** Joins spans that touch or overlap; oldest first. */
export function joinSpans(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans.toSorted((left, right) => left.fromMs - right.fromMs)) {
    const last = joined.at(-1);
    if (last && span.fromMs <= last.toMs)
      joined[joined.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, span.toMs) };
    else joined.push({ fromMs: span.fromMs, toMs: span.toMs });
  }
  return joined;
}

/** What lies in both of two lists of joined spans. */
export function intersectSpans(left: readonly Span[], right: readonly Span[]): Span[] {
  return left.flatMap((one) =>
    right
      .map((other) => ({ fromMs: Math.max(one.fromMs, other.fromMs), toMs: Math.min(one.toMs, other.toMs) }))
      .filter((span) => span.fromMs < span.toMs),
  );
}

export function touchesSpan(one: Span, other: Span): boolean {
  return one.fromMs < other.toMs && other.fromMs < one.toMs;
}

/** `2025-01-01..2026-01-24`: first and last day, as in file names. */
export function spanText(span: Span): string {
  return `${isoTime(span.fromMs).slice(0, 10)}..${isoTime(span.toMs - 1).slice(0, 10)}`;
}

export function daysText(durationMs: number): string {
  return `${(durationMs / DAY_MS).toFixed(1)} days`;
}
