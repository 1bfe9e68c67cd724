/** Market time. On a venue it is the wall's; in a replay it runs at its own speed and goes on where it stood. */
import type { Clock, EpochMs } from '#domain/time.ts';

export interface MarketClock extends Clock {
  readonly speed: number;
  /** Whether the candles have come to their end. */
  isFinished(): boolean;
  stop(): Promise<void>;
}

/** The stored clock; the rule of sharing it is in db/repositories/market-clock.ts. */
export interface ClockRows {
  join(
    key: string,
    how: { wallMs: EpochMs; speed: number; startMarketMs: EpochMs; staleAfterMs: number },
  ): Promise<{ readonly wallMs: EpochMs; readonly marketMs: EpochMs; readonly speed: number }>;
  touch(key: string, wallMs: EpochMs, marketMs: EpochMs): Promise<void>;
}

/** A clock nobody touched for this long belongs to processes that are gone. */
const ABANDONED_AFTER_MS = 10_000;
const TOUCH_EVERY_MS = 1_000;

export function wallMarketClock(wallClock: Clock): MarketClock {
  return { speed: 1, nowMs: () => wallClock.nowMs(), isFinished: () => false, stop: async () => {} };
}

/** A clock that stands still, for one cycle at one instant. */
export function fixedClock(atMs: EpochMs): MarketClock {
  return { speed: 1, nowMs: () => atMs, isFinished: () => false, stop: async () => {} };
}

/** A replay's clock, shared by all processes on the database and stopped while none of them runs. */
export async function replayClock(options: {
  readonly rows: ClockRows;
  readonly key: string;
  readonly startAtMs: EpochMs;
  /** Null: it never ends. Asked again and again, since a replay knows its exact end only near it. */
  readonly endAtMs: () => EpochMs | null;
  readonly speed: number;
  readonly wallClock: Clock;
  readonly onError: (thrown: unknown) => void;
}): Promise<MarketClock> {
  const { rows, key, wallClock } = options;
  const anchor = await rows.join(key, {
    wallMs: wallClock.nowMs(),
    speed: options.speed,
    startMarketMs: options.startAtMs,
    staleAfterMs: ABANDONED_AFTER_MS,
  });
  const endAtMs = () => options.endAtMs() ?? Number.POSITIVE_INFINITY;
  const nowMs = () => {
    const runOnMs = anchor.marketMs + Math.floor((wallClock.nowMs() - anchor.wallMs) * anchor.speed);
    return Math.min(runOnMs, endAtMs());
  };
  const touch = () => rows.touch(key, wallClock.nowMs(), nowMs());
  const timer = setInterval(() => void touch().catch(options.onError), TOUCH_EVERY_MS);
  timer.unref();
  return {
    speed: anchor.speed,
    nowMs,
    isFinished: () => nowMs() >= endAtMs(),
    async stop() {
      clearInterval(timer);
      await touch();
    },
  };
}
