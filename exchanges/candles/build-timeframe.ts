/** Builds coarser candles from finer ones, never the other way round. */
import type { CandleSeries } from '#domain/candle.ts';
import { AppError } from '#domain/errors.ts';
import { canBuildFrom, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';

/**
 * Candles of `coarse` made of the bars of `fine`, which must be oldest first. Only whole bars come out: a coarse bar
 * that misses one fine bar is absent, so that validation later tells the gap. Volumes are added. An impossible fine
 * bar stays visible: its prices make high and low NaN, its volume makes the volume NaN, and validation refuses both.
 * The series itself comes back when it has the asked timeframe already. O(n), one allocation for each column.
 * @throws AppError `interval_unbuildable` when `coarse` is not a whole multiple of the fine timeframe
 */
export function buildTimeframe(fine: CandleSeries, coarse: Timeframe): CandleSeries {
  if (fine.timeframe === coarse) return fine;
  assertBuildable(fine, coarse);
  const fineMs = TIMEFRAME_MS[fine.timeframe];
  const coarseMs = TIMEFRAME_MS[coarse];
  const ratio = coarseMs / fineMs;
  const columns = emptyColumns(Math.floor(fine.length / ratio));
  let built = 0;
  let i = 0;
  while (i + ratio <= fine.length) {
    if (!startsWholeBar(fine.openAtMs, i, fineMs, coarseMs)) {
      i += 1;
      continue;
    }
    fold(fine, i, ratio, columns, built);
    built += 1;
    i += ratio;
  }
  return {
    symbol: fine.symbol,
    timeframe: coarse,
    length: built,
    openAtMs: columns.openAtMs.subarray(0, built),
    open: columns.open.subarray(0, built),
    high: columns.high.subarray(0, built),
    low: columns.low.subarray(0, built),
    close: columns.close.subarray(0, built),
    volume: columns.volume.subarray(0, built),
  };
}

/** @throws AppError `interval_unbuildable` naming both timeframes, the symbol and the finest there is */
export function assertBuildable(fine: Pick<CandleSeries, 'symbol' | 'timeframe'>, coarse: Timeframe): void {
  if (canBuildFrom(fine.timeframe, coarse)) return;
  throw new AppError(
    'interval_unbuildable',
    `${coarse} cannot be built from ${fine.timeframe} bars of ${fine.symbol}: finest is ${fine.timeframe}`,
    { context: { symbol: fine.symbol, wanted: coarse, finest: fine.timeframe } },
  );
}

type Columns = Pick<CandleSeries, 'openAtMs' | 'open' | 'high' | 'low' | 'close' | 'volume'>;

function emptyColumns(length: number): Columns {
  return {
    openAtMs: new Float64Array(length),
    open: new Float64Array(length),
    high: new Float64Array(length),
    low: new Float64Array(length),
    close: new Float64Array(length),
    volume: new Float64Array(length),
  };
}

/** Whether an aligned coarse bar starts at `start` and every fine bar of it is there, in its place. */
function startsWholeBar(openAtMs: Float64Array, start: number, fineMs: number, coarseMs: number): boolean {
  const firstAtMs = openAtMs[start]!;
  if (firstAtMs % coarseMs !== 0) return false;
  const ratio = coarseMs / fineMs;
  for (let bar = 1; bar < ratio; bar++) if (openAtMs[start + bar] !== firstAtMs + bar * fineMs) return false;
  return true;
}

function fold(fine: CandleSeries, start: number, ratio: number, into: Columns, at: number): void {
  let high = -Infinity;
  let low = Infinity;
  let volume = 0;
  for (let i = start; i < start + ratio; i++) {
    const traded = fine.volume[i]!;
    const isPossible = hasPossiblePrices(fine, i);
    high = Math.max(high, isPossible ? fine.high[i]! : Number.NaN);
    low = Math.min(low, isPossible ? fine.low[i]! : Number.NaN);
    volume += traded >= 0 ? traded : Number.NaN;
  }
  into.openAtMs[at] = fine.openAtMs[start]!;
  into.open[at] = fine.open[start]!;
  into.high[at] = high;
  into.low[at] = low;
  into.close[at] = fine.close[start + ratio - 1]!;
  into.volume[at] = volume;
}

/** Positive and finite, open and close between low and high; NaN fails every comparison. */
function hasPossiblePrices({ open, high, low, close }: CandleSeries, i: number): boolean {
  const top = high[i]!;
  const bottom = low[i]!;
  const first = open[i]!;
  const last = close[i]!;
  return bottom > 0 && top < Infinity && first >= bottom && first <= top && last >= bottom && last <= top;
}
