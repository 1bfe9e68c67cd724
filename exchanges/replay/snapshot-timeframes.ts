import { canBuildFrom, type EpochMs, TIMEFRAME_MS, Timeframe } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';

const SLOW_TIMEFRAMES: readonly Timeframe[] = ['15m', '1h', '4h'];

/** Intervals of files a replay can run on, finest first: those whole 4h bars can be built from. */
export const BASE_TIMEFRAMES: readonly Timeframe[] = Timeframe.options.filter((timeframe) =>
  canBuildFrom(timeframe, '4h'),
);

/** 3m where it can be built from the files' bars, else the files' own interval. */
export function fastTimeframeOf(base: Timeframe): Timeframe {
  return canBuildFrom(base, '3m') ? '3m' : base;
}

/** The timeframes of a snapshot, finest first: the fast one, and those of 15m, 1h and 4h that are coarser. */
export function snapshotTimeframes(base: Timeframe): readonly Timeframe[] {
  const fast = fastTimeframeOf(base);
  const slower = SLOW_TIMEFRAMES.filter(
    (timeframe) => TIMEFRAME_MS[timeframe] > TIMEFRAME_MS[fast] && canBuildFrom(base, timeframe),
  );
  return [fast, ...slower];
}

/** How long a time the closed bars of all timeframes reach back, at least. */
export function lookBackMs(bars: number): number {
  return bars * TIMEFRAME_MS['4h'];
}

/** The time whose bars answer a question asked at `asOfMs`; it begins on a multiple of every snapshot timeframe. */
export function lookBackSpan(asOfMs: EpochMs, bars: number): TimeSpan {
  const slowestMs = TIMEFRAME_MS['4h'];
  const fromMs = Math.floor(asOfMs / slowestMs) * slowestMs - lookBackMs(bars);
  return { fromMs: Math.max(0, fromMs), toMs: asOfMs };
}
