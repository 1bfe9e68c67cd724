import { z } from 'zod';

/** UTC milliseconds since 1970. Every instant in Vigil is one of these. */
export const EpochMs = z.number().int().nonnegative();
export type EpochMs = z.infer<typeof EpochMs>;

/** Where the time comes from. Market time runs faster than wall time in a sped-up replay. */
export interface Clock {
  nowMs(): EpochMs;
}

export const Timeframe = z.enum(['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '1d']);
export type Timeframe = z.infer<typeof Timeframe>;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export const TIMEFRAME_MS: Readonly<Record<Timeframe, number>> = {
  '1m': MINUTE_MS,
  '3m': 3 * MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '30m': 30 * MINUTE_MS,
  '1h': HOUR_MS,
  '2h': 2 * HOUR_MS,
  '4h': 4 * HOUR_MS,
  '1d': DAY_MS,
};

/** The open time of the bar that contains `atMs`. Bars are aligned to the epoch. */
export function barOpenAtMs(atMs: EpochMs, timeframe: Timeframe): EpochMs {
  const widthMs = TIMEFRAME_MS[timeframe];
  return Math.floor(atMs / widthMs) * widthMs;
}

/** The open time of the newest bar that has closed at `nowMs`; a bar closes at the instant the next one opens. */
export function lastClosedOpenAtMs(nowMs: EpochMs, timeframe: Timeframe): EpochMs {
  return barOpenAtMs(nowMs, timeframe) - TIMEFRAME_MS[timeframe];
}

/** Whether whole bars of `coarse` can be built from bars of `fine`. A 3m bar cannot be built from 5m bars. */
export function canBuildFrom(fine: Timeframe, coarse: Timeframe): boolean {
  return TIMEFRAME_MS[coarse] % TIMEFRAME_MS[fine] === 0;
}

/** `2025-04-07T12:00:00.000Z`, for messages and screens. */
export function isoTime(atMs: EpochMs): string {
  return new Date(atMs).toISOString();
}

const ISO = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * The instant a person writes as `2025-04-07`, `2025-04-07T12:00`, `2025-04-07T12:00:00.500Z` or with an offset; UTC where
 * none is said. Null for anything else, for a day no calendar has, such as 30 February, and before 1970.
 */
export function instantOfIso(text: string): EpochMs | null {
  const [, day, zone] = ISO.exec(text) ?? [];
  if (day === undefined) return null;
  const dayMs = Date.parse(day);
  // Date.parse takes 30 February for 2 March.
  if (Number.isNaN(dayMs) || isoTime(dayMs).slice(0, 10) !== day) return null;
  const atMs = Date.parse(text.includes('T') && zone === undefined ? `${text}Z` : text);
  return atMs >= 0 ? atMs : null;
}
