/**
 * The one crash: it begins `CRASH_AFTER_START_MS` after the start, takes 18% off Bitcoin within 45 minutes (others by
 * their beta), gives half of it back over the next six hours and the rest within some weeks.
 */
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '#domain/time.ts';

export const CRASH_AFTER_START_MS = 20 * HOUR_MS;
const FALL_MS = 45 * MINUTE_MS;
const RECOVERY_MS = 6 * HOUR_MS;
const FALL_LOG = Math.log(1 - 0.18);
/** Half of the fall in price is given back, hence 9% under the old price. */
const AFTER_RECOVERY_LOG = Math.log(1 - 0.09);
const FADE_MS = 6 * DAY_MS;
const EXTRA_VOLUME = 11;

export interface Crash {
  readonly beginsAtMs: EpochMs;
  /** When the recovery is over. */
  readonly endsAtMs: EpochMs;
  /** What the crash adds to the factor's logarithm at an instant; zero before it. */
  logAt(atMs: EpochMs): number;
  /** What it multiplies the volume with. */
  volumeAt(atMs: EpochMs): number;
}

export function createCrash(beginsAtMs: EpochMs): Crash {
  return {
    beginsAtMs,
    endsAtMs: beginsAtMs + FALL_MS + RECOVERY_MS,
    logAt(atMs) {
      const sinceMs = atMs - beginsAtMs;
      if (sinceMs <= 0) return 0;
      if (sinceMs <= FALL_MS) return FALL_LOG * smooth(sinceMs / FALL_MS);
      const risingMs = sinceMs - FALL_MS;
      if (risingMs <= RECOVERY_MS)
        return FALL_LOG + (AFTER_RECOVERY_LOG - FALL_LOG) * easedOut(risingMs / RECOVERY_MS);
      return AFTER_RECOVERY_LOG * Math.exp(-(risingMs - RECOVERY_MS) / FADE_MS);
    },
    volumeAt(atMs) {
      const sinceMs = atMs - beginsAtMs;
      if (sinceMs <= 0) return 1;
      if (sinceMs <= FALL_MS) return 1 + EXTRA_VOLUME * smooth(Math.min(1, (2 * sinceMs) / FALL_MS));
      return 1 + EXTRA_VOLUME * Math.exp(-(sinceMs - FALL_MS) / (2 * HOUR_MS));
    },
  };
}

function smooth(share: number): number {
  return share * share * (3 - 2 * share);
}

function easedOut(share: number): number {
  return 1 - (1 - share) * (1 - share);
}
