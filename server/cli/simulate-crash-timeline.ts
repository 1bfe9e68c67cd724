/** One list of what the market did and what the desk did about it, by the clock of each and in the order of the wall. */
import type { EpochMs } from '#domain/time.ts';
import type { DrillClock } from './simulate-crash-clock.ts';

export interface TimelineEntry {
  /** Market time. */
  readonly atMs: EpochMs;
  /** By the wall since the price that tripped could be known; since the fall began where nothing tripped. */
  readonly wallMs: number;
  readonly what: string;
  readonly detail: string;
  readonly [fact: string]: unknown;
}

/** Something that happened, known by one of the two clocks. */
export interface Happening {
  readonly at: { readonly marketMs: EpochMs } | { readonly wallMs: number };
  readonly what: string;
  readonly detail: string;
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** Happenings of one instant keep the order they are given in. */
export function assembleTimeline(
  happenings: readonly Happening[],
  clock: Pick<DrillClock, 'marketAt' | 'wallAt'>,
  zeroMarketMs: EpochMs,
): TimelineEntry[] {
  const zeroWallMs = clock.wallAt(zeroMarketMs) ?? 0;
  const placed = happenings.map(({ at, what, detail, facts }) => {
    const wallMs = 'wallMs' in at ? at.wallMs : (clock.wallAt(at.marketMs) ?? zeroWallMs);
    const atMs = 'marketMs' in at ? at.marketMs : clock.marketAt(at.wallMs);
    return { atMs, wallMs: Math.round(wallMs - zeroWallMs), what, detail, ...facts };
  });
  return placed.sort((left, right) => left.wallMs - right.wallMs);
}
