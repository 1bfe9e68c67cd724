/** Market time. On a venue it is the wall's; in a replay it runs at its own speed and goes on where it stood. */
import type { Clock, EpochMs } from '#domain/time.ts';

export interface MarketClock extends Clock {
  readonly speed: number;
  /** Whether the candles have come to their end. */
  isFinished(): boolean;
  stop(): Promise<void>;
}

interface Anchor {
  readonly wallMs: EpochMs;
  readonly marketMs: EpochMs;
  readonly speed: number;
}
interface TouchedAnchor extends Anchor {
  readonly touchedWallMs: EpochMs;
}
export interface StoredClock extends TouchedAnchor {
  readonly touchedMarketMs: EpochMs;
}

/** The stored clock; the rule of sharing it is in db/repositories/market-clock.ts. */
export interface ClockRows {
  join(
    key: string,
    how: {
      wallMs: EpochMs;
      speed: number;
      startMarketMs: EpochMs;
      staleAfterMs: number;
      untouchedSinceMs?: EpochMs;
    },
  ): Promise<TouchedAnchor>;
  touch(key: string, wallMs: EpochMs, marketMs: EpochMs): Promise<void>;
  read(key: string): Promise<StoredClock | null>;
}

/** A clock nobody touched for this long belongs to processes that are gone. */
const ABANDONED_AFTER_MS = 10_000;
const TOUCH_EVERY_MS = 1_000;
/** Whoever runs the market has touched its clock within this time. */
const TOUCHED_WITHIN_MS = 3 * TOUCH_EVERY_MS;

export function wallMarketClock(wallClock: Clock): MarketClock {
  return { speed: 1, nowMs: () => wallClock.nowMs(), isFinished: () => false, stop: async () => {} };
}

/** A clock that stands still, for one cycle at one instant. */
export function fixedClock(atMs: EpochMs): MarketClock {
  return { speed: 1, nowMs: () => atMs, isFinished: () => false, stop: async () => {} };
}

interface ReplayClockOptions<Rows> {
  readonly rows: Rows;
  readonly key: string;
  readonly startAtMs: EpochMs;
  /** Null: it never ends. Asked again and again, since a replay knows its exact end only near it. */
  readonly endAtMs: () => EpochMs | null;
  readonly wallClock: Clock;
}

/**
 * The clock of a process that runs the market: shared by all that do, stopped while none does. While another process
 * runs it, its speed counts; the asked one does when none is found to.
 */
export async function replayClock(
  options: ReplayClockOptions<Pick<ClockRows, 'join' | 'touch'>> & {
    readonly speed: number;
    readonly pause: (ms: number) => Promise<unknown>;
    readonly onOtherSpeed: (asked: number, runs: number) => void;
    readonly onError: (thrown: unknown) => void;
  },
): Promise<MarketClock> {
  const { rows, key, wallClock, speed } = options;
  const join = (untouchedSinceMs?: EpochMs) =>
    rows.join(key, {
      wallMs: wallClock.nowMs(),
      speed,
      startMarketMs: options.startAtMs,
      staleAfterMs: ABANDONED_AFTER_MS,
      ...(untouchedSinceMs !== undefined && { untouchedSinceMs }),
    });
  let anchor = await join();
  if (anchor.speed !== speed) {
    // A young touch may be the last one of a process that has just ended: only a newer one proves that it lives.
    await options.pause(TOUCHED_WITHIN_MS);
    anchor = await join(anchor.touchedWallMs);
  }
  if (anchor.speed !== speed) options.onOtherSpeed(speed, anchor.speed);
  const running = runningClock(anchor, options);
  const touch = () => rows.touch(key, wallClock.nowMs(), running.nowMs());
  const timer = setInterval(() => void touch().catch(options.onError), TOUCH_EVERY_MS);
  timer.unref();
  return {
    ...running,
    async stop() {
      clearInterval(timer);
      await touch();
    },
  };
}

/** The clock of a process that does not run the market: it shows the time the market is at, and changes nothing. */
export async function followedClock(
  options: ReplayClockOptions<Pick<ClockRows, 'read'>>,
): Promise<MarketClock> {
  const stored = await options.rows.read(options.key);
  if (stored !== null && isTouched(stored, options.wallClock.nowMs())) return runningClock(stored, options);
  const standsAtMs = stored?.touchedMarketMs ?? options.startAtMs;
  return runningClock({ wallMs: 0, marketMs: standsAtMs, speed: 0 }, options);
}

/** Where a stored clock has come to, for one who has no market at hand to tell its end. */
export function marketTimeOf(stored: StoredClock, wallMs: EpochMs): EpochMs {
  // It lagged behind its own anchor at the last touch: the candles had ended.
  const hasEnded = stored.touchedMarketMs < timeAt(stored, stored.touchedWallMs);
  return hasEnded || !isTouched(stored, wallMs) ? stored.touchedMarketMs : timeAt(stored, wallMs);
}

function isTouched({ touchedWallMs }: StoredClock, wallMs: EpochMs): boolean {
  return Math.abs(wallMs - touchedWallMs) < TOUCHED_WITHIN_MS;
}

function timeAt(anchor: Anchor, wallMs: EpochMs): EpochMs {
  return anchor.marketMs + Math.floor((wallMs - anchor.wallMs) * anchor.speed);
}

function runningClock(
  anchor: Anchor,
  { endAtMs, wallClock }: Pick<ReplayClockOptions<unknown>, 'endAtMs' | 'wallClock'>,
): MarketClock {
  const end = () => endAtMs() ?? Number.POSITIVE_INFINITY;
  const nowMs = () => Math.min(timeAt(anchor, wallClock.nowMs()), end());
  return { speed: anchor.speed, nowMs, isFinished: () => nowMs() >= end(), stop: async () => {} };
}
