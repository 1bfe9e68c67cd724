/**
 * The one crash of a generated market. It falls in a smooth slope, gives a part of it back and the rest within some weeks.
 * The standing one begins `CRASH_AFTER_START_MS` after the start, takes 18% off Bitcoin within 45 minutes (others by
 * their beta) and gives half of it back over the next six hours; scheduled-crash.ts makes others.
 */
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '#domain/time.ts';

export const CRASH_AFTER_START_MS = 20 * HOUR_MS;
const FADE_MS = 6 * DAY_MS;
const EXTRA_VOLUME = 11;

/** What a crash does to the factor all symbols follow; its logarithm is Bitcoin's. */
export interface CrashShape {
  readonly beginsAtMs: EpochMs;
  readonly fallMs: number;
  /** Negative. */
  readonly fallLog: number;
  readonly recoveryMs: number;
  /** Where the recovery ends; between `fallLog` and zero. */
  readonly afterRecoveryLog: number;
}

export interface Crash {
  readonly beginsAtMs: EpochMs;
  /** When the recovery is over. */
  readonly endsAtMs: EpochMs;
  /** What the crash adds to the factor's logarithm at an instant; zero before it. */
  logAt(atMs: EpochMs): number;
  /** What it multiplies the volume with. */
  volumeAt(atMs: EpochMs): number;
}

/** Half of the fall in price is given back, hence 9% under the old price. */
export function standingCrash(beginsAtMs: EpochMs): Crash {
  return createCrash({
    beginsAtMs,
    fallMs: 45 * MINUTE_MS,
    fallLog: Math.log(1 - 0.18),
    recoveryMs: 6 * HOUR_MS,
    afterRecoveryLog: Math.log(1 - 0.09),
  });
}

export function createCrash(shape: CrashShape): Crash {
  const { beginsAtMs, fallMs, fallLog, recoveryMs, afterRecoveryLog } = shape;
  return {
    beginsAtMs,
    endsAtMs: beginsAtMs + fallMs + recoveryMs,
    logAt(atMs) {
      const sinceMs = atMs - beginsAtMs;
      if (sinceMs <= 0) return 0;
      if (sinceMs <= fallMs) return fallLog * smooth(sinceMs / fallMs);
      const risingMs = sinceMs - fallMs;
      if (risingMs <= recoveryMs)
        return fallLog + (afterRecoveryLog - fallLog) * easedOut(risingMs / recoveryMs);
      return afterRecoveryLog * Math.exp(-(risingMs - recoveryMs) / FADE_MS);
    },
    volumeAt(atMs) {
      const sinceMs = atMs - beginsAtMs;
      if (sinceMs <= 0) return 1;
      if (sinceMs <= fallMs) return 1 + EXTRA_VOLUME * smooth(Math.min(1, (2 * sinceMs) / fallMs));
      return 1 + EXTRA_VOLUME * Math.exp(-(sinceMs - fallMs) / (2 * HOUR_MS));
    },
  };
}

function smooth(share: number): number {
  return share * share * (3 - 2 * share);
}

function easedOut(share: number): number {
  return 1 - (1 - share) * (1 - share);
}
