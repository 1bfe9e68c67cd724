import type { EpochMs } from '#domain/time.ts';
import type { BreakerLevel } from '#domain/trading-state.ts';

/** The level of one trigger, which goes up at its thresholds and down only a share below them. */
export interface TriggerLevel {
  readonly level: BreakerLevel;
  readonly value: number;
  /** When the threshold was first passed by anything at all, believed or not; null while it was not. */
  readonly crossedAtMs: EpochMs | null;
  /**
   * Takes what is measured now and gives whether this trips it. It trips once, and again only after it was clear or
   * was armed anew: what swings about its threshold is one trip.
   */
  take(measure: TriggerMeasure, nowMs: EpochMs): boolean;
  /** Notes that something not yet believed has passed the threshold. */
  notice(nowMs: EpochMs): void;
  /** Whether it has tripped since it was armed. */
  readonly hasTripped: boolean;
  /** The trip is over. */
  arm(): void;
  /** As if nothing had been measured yet. */
  forgive(): void;
}

export interface TriggerMeasure {
  /** What is believed. */
  readonly value: number;
  /** Whether anything, believed or not, is at the threshold. */
  readonly isCrossed: boolean;
}

export function createTriggerLevel(threshold: {
  readonly limit: number;
  readonly watchShare: number;
  readonly releaseShare: number;
}): TriggerLevel {
  const { limit, watchShare, releaseShare } = threshold;
  let level: BreakerLevel = 'clear';
  let value = 0;
  let crossedAtMs: EpochMs | null = null;
  let isSpent = false;
  let hasTripped = false;

  function levelOf(now: number): BreakerLevel {
    if (now >= limit || (level === 'tripped' && now >= limit * releaseShare)) return 'tripped';
    const watch = limit * watchShare;
    return now >= watch || (level !== 'clear' && now >= watch * releaseShare) ? 'watch' : 'clear';
  }

  return {
    get level() {
      return level;
    },
    get value() {
      return value;
    },
    get crossedAtMs() {
      return crossedAtMs;
    },
    take(measure, nowMs) {
      const wasTripped = level === 'tripped';
      value = measure.value;
      level = levelOf(value);
      if (wasTripped && level !== 'tripped') crossedAtMs = null;
      if (measure.isCrossed || level === 'tripped') crossedAtMs ??= nowMs;
      else crossedAtMs = null;
      if (level === 'clear') isSpent = false;
      if (level !== 'tripped' || isSpent) return false;
      isSpent = true;
      hasTripped = true;
      return true;
    },
    get hasTripped() {
      return hasTripped;
    },
    arm() {
      hasTripped = false;
      isSpent = false;
    },
    notice(nowMs) {
      crossedAtMs ??= nowMs;
    },
    forgive() {
      level = 'clear';
      value = 0;
      crossedAtMs = null;
      isSpent = false;
      hasTripped = false;
    },
  };
}
