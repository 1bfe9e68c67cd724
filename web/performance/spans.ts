/** How far back the figures look, in market time. */
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const SPANS = [
  { value: 'all', label: 'All', lengthMs: null },
  { value: '30d', label: '30 days', lengthMs: 30 * DAY_MS },
  { value: '7d', label: '7 days', lengthMs: 7 * DAY_MS },
  { value: '1d', label: '24 hours', lengthMs: DAY_MS },
] as const;

export type SpanName = (typeof SPANS)[number]['value'];

export function readSpan(search: URLSearchParams): SpanName {
  const asked = search.get('span');
  return SPANS.find(({ value }) => value === asked)?.value ?? 'all';
}

/** To the whole hour, so that it is the same question for an hour; null for all of it. */
export function spanFromMs(span: SpanName, nowMs: number | null): number | null {
  const lengthMs = SPANS.find(({ value }) => value === span)?.lengthMs ?? null;
  if (lengthMs === null || nowMs === null) return null;
  return Math.max(0, Math.floor((nowMs - lengthMs) / HOUR_MS) * HOUR_MS);
}
