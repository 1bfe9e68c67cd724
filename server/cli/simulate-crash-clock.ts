/** Market time of a drill: stands until the desk is ready, then runs at the pace of each stretch, and stands at the end. */
import type { Clock, EpochMs } from '#domain/time.ts';
import type { MarketClock } from '../engine/market-clock.ts';

/** Up to an instant of market time, so many market seconds for one of the wall. */
export interface Pace {
  readonly untilMs: EpochMs;
  readonly speed: number;
}

export interface DrillClock extends MarketClock {
  /** Lets market time run from now on; once. */
  begin(): void;
  /** Market time at an instant of the wall. */
  marketAt(wallMs: EpochMs): EpochMs;
  /** When the wall came or comes to an instant of market time; null before `begin`. */
  wallAt(marketMs: EpochMs): number | null;
  /** How long it runs by the wall. */
  readonly wallLengthMs: number;
}

interface Stretch {
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
  readonly speed: number;
  /** Wall time since `begin`. */
  readonly wallFromMs: number;
}

/** `paces` follow each other; one that ends before it begins is passed over. */
export function createDrillClock(startAtMs: EpochMs, paces: readonly Pace[], wall: Clock): DrillClock {
  const stretches: Stretch[] = [];
  let reachedMs = startAtMs;
  let wallLengthMs = 0;
  for (const { untilMs, speed } of paces) {
    if (untilMs <= reachedMs) continue;
    stretches.push({ fromMs: reachedMs, untilMs, speed, wallFromMs: wallLengthMs });
    wallLengthMs += (untilMs - reachedMs) / speed;
    reachedMs = untilMs;
  }
  const endAtMs = reachedMs;
  let begunWallMs: EpochMs | null = null;

  function marketAt(wallMs: EpochMs): EpochMs {
    const sinceMs = begunWallMs === null ? 0 : wallMs - begunWallMs;
    if (sinceMs <= 0) return startAtMs;
    const stretch = stretches.findLast(({ wallFromMs }) => wallFromMs <= sinceMs);
    if (stretch === undefined) return startAtMs;
    const { fromMs, untilMs, speed, wallFromMs } = stretch;
    return Math.min(untilMs, fromMs + Math.floor((sinceMs - wallFromMs) * speed));
  }

  const nowMs = () => marketAt(wall.nowMs());
  return {
    speed: stretches[0]?.speed ?? 1,
    wallLengthMs,
    nowMs,
    marketAt,
    begin() {
      begunWallMs ??= wall.nowMs();
    },
    wallAt(marketMs) {
      if (begunWallMs === null) return null;
      const at = Math.max(startAtMs, Math.min(marketMs, endAtMs));
      const stretch = stretches.find(({ untilMs }) => at <= untilMs);
      if (stretch === undefined) return begunWallMs;
      return begunWallMs + stretch.wallFromMs + (at - stretch.fromMs) / stretch.speed;
    },
    isFinished: () => nowMs() >= endAtMs,
    stop: async () => {},
  };
}
