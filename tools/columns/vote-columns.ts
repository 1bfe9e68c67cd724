/**
 * What the weighted points say at every bar of a series, as one column: made once, read by whoever walks. Each value is
 * what `assessSymbol` would score on the snapshot of that instant, by the same indicators over the same window of bars
 * and the same arithmetic of votes.
 */
import type { CandleSeries } from '#domain/candle.ts';
import { TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { atr } from '#tools/indicators/atr.ts';
import { ema } from '#tools/indicators/ema.ts';
import { SLOPE_BARS, TREND_TIMEFRAME, trendFrom } from '#tools/regime/assess-regime.ts';
import { chooseTimeframe } from '#tools/regime/choose-timeframe.ts';
import { HOME_TIMEFRAMES } from '#tools/signals/assess-symbol.ts';
import { POINT_RULES, type PointRule } from '#tools/signals/weighted-points.ts';
import { addVotes } from './window-votes.ts';

export interface ColumnSeries {
  /** The finest bars, without a hole: what a walk steps along. */
  readonly base: CandleSeries;
  /** The timeframes of a snapshot, without a hole; a coarser one may begin later than `base`. */
  readonly frames: ReadonlyMap<Timeframe, CandleSeries>;
  readonly fastTimeframe: Timeframe;
}

export interface VoteColumns {
  /** Points, −12..12, as they stand at the close of each base bar. */
  readonly scores: Int8Array;
  /** 1 bull, −1 bear, 0 neither or not known, at the close of each base bar. */
  readonly trends: Int8Array;
}

/**
 * @param windowBars how many bars of each timeframe a snapshot holds: indicators are seeded at the window's beginning.
 * Bars whose window is not whole yet have no votes. O(bars of a timeframe × windowBars) for the coarser ones.
 */
export function voteColumns(series: ColumnSeries, windowBars: number): VoteColumns {
  const { base, frames, fastTimeframe } = series;
  const scores = new Int8Array(base.length);
  const homes = new Map<Timeframe, PointRule[]>();
  for (const rule of POINT_RULES) {
    const wanted = rule === 'volume_surge' ? fastTimeframe : HOME_TIMEFRAMES[rule];
    const home = chooseTimeframe(frames.keys(), wanted);
    if (home !== null) homes.set(home, [...(homes.get(home) ?? []), rule]);
  }
  for (const [home, rules] of homes) {
    const own = frames.get(home)!;
    const votes = new Int8Array(own.length);
    for (const rule of rules) addVotes(rule, own, windowBars, votes);
    spread(votes, own, base, scores);
  }
  return { scores, trends: trendColumn(series, windowBars) };
}

function trendColumn({ base, frames }: ColumnSeries, windowBars: number): Int8Array {
  const trends = new Int8Array(base.length);
  const timeframe = chooseTimeframe(frames.keys(), TREND_TIMEFRAME);
  const own = timeframe === null ? undefined : frames.get(timeframe);
  if (own === undefined) return trends;
  const found = new Int8Array(own.length);
  const averages = new Float64Array(windowBars);
  const ranges = new Float64Array(windowBars);
  const last = windowBars - 1;
  for (let i = last; i < own.length; i++) {
    const from = i - last;
    const close = own.close.subarray(from, i + 1);
    ema(close, 50, averages);
    atr(own.high.subarray(from, i + 1), own.low.subarray(from, i + 1), close, 14, ranges);
    const average = averages[last]!;
    const averageBefore = averages[last - SLOPE_BARS]!;
    const range = ranges[last]!;
    if (!Number.isFinite(average + averageBefore + range)) continue;
    const trend = trendFrom(close[last]!, { average, averageBefore, range });
    found[i] = trend === 'bull' ? 1 : trend === 'bear' ? -1 : 0;
  }
  spread(found, own, base, trends);
  return trends;
}

/** Adds what a coarser series says to every base bar that closes from then on until the next coarser close. */
function spread(values: Int8Array, from: CandleSeries, base: CandleSeries, into: Int8Array): void {
  const baseMs = TIMEFRAME_MS[base.timeframe];
  const widthMs = TIMEFRAME_MS[from.timeframe];
  let at = -1;
  for (let i = 0; i < base.length; i++) {
    const closedAtMs = base.openAtMs[i]! + baseMs;
    while (at + 1 < from.length && from.openAtMs[at + 1]! + widthMs <= closedAtMs) at += 1;
    if (at >= 0) into[i]! += values[at]!;
  }
}
