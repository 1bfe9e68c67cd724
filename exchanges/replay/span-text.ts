import { DAY_MS, isoTime } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';

/** `2025-01-01..2026-01-24`: first and last day, as in file names. */
export function spanText(span: TimeSpan): string {
  return `${isoTime(span.fromMs).slice(0, 10)}..${isoTime(span.toMs - 1).slice(0, 10)}`;
}

export function daysText(durationMs: number): string {
  return `${(durationMs / DAY_MS).toFixed(1)} days`;
}
