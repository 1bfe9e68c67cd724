/**
 * Votes and regimes of every bar of a series, each from the bars a desk would have seen at its close and by the desk's
 * own functions. Nothing later than the bar is ever handed over, so nothing later can change what is found.
 */
import { type CandleSeries, sliceSeries } from '#domain/candle.ts';
import type { Regime } from '#domain/signal.ts';
import { TIMEFRAME_MS } from '#domain/time.ts';
import {
  computeIndicatorFrame,
  createFrameBuffer,
  type IndicatorFrame,
} from '#tools/indicators/indicator-frame.ts';
import { ownRegime } from '#tools/regime/assess-regime.ts';
import { type PointRule, scorePoints } from '#tools/signals/weighted-points.ts';

/** The points of some rules at each bar; 0 where a rule does not vote, and where the look-back is not whole. */
export type VoteColumns = ReadonlyMap<PointRule, Int8Array>;

export type OwnRegime = Pick<Regime, 'trend' | 'volatility'>;

/** How many bars up to each one follow each other without a gap and have possible prices; 0 at an impossible bar. */
export function soundRuns({ length, timeframe, ...columns }: CandleSeries): Uint32Array {
  const { openAtMs, open, high, low, close, volume } = columns;
  const widthMs = TIMEFRAME_MS[timeframe];
  const runs = new Uint32Array(length);
  for (let i = 0; i < length; i++) {
    const [top, bottom, first, last] = [high[i]!, low[i]!, open[i]!, close[i]!];
    const isPossible =
      bottom > 0 && top < Infinity && first >= bottom && first <= top && last >= bottom && last <= top;
    if (!isPossible || !(volume[i]! >= 0 && volume[i]! < Infinity)) continue;
    const follows = i > 0 && openAtMs[i]! - openAtMs[i - 1]! === widthMs;
    runs[i] = follows ? runs[i - 1]! + 1 : 1;
  }
  return runs;
}

/** The votes of `rules` at every bar that has its look-back. O(bars × look-back). */
export function votesOf(
  series: CandleSeries,
  runs: Uint32Array,
  rules: readonly PointRule[],
  lookBackBars: number,
): VoteColumns {
  const columns = new Map(rules.map((rule) => [rule, new Int8Array(series.length)]));
  for (const { index, window, frame } of windows(series, runs, lookBackBars))
    for (const { rule, points } of scorePoints(frame, window, rules)) columns.get(rule)![index] = points;
  return columns;
}

/** The regime at every bar that has its look-back, null at the others. O(bars × look-back). */
export function regimesOf(
  series: CandleSeries,
  runs: Uint32Array,
  lookBackBars: number,
): readonly (OwnRegime | null)[] {
  const regimes: (OwnRegime | null)[] = new Array(series.length).fill(null);
  for (const { index, window, frame } of windows(series, runs, lookBackBars)) {
    const { trend, volatility } = ownRegime(window, frame);
    regimes[index] = { trend, volatility };
  }
  return regimes;
}

interface Window {
  readonly index: number;
  readonly window: CandleSeries;
  readonly frame: IndicatorFrame;
}

/** A frame is good until the next one is asked for. */
function* windows(series: CandleSeries, runs: Uint32Array, lookBackBars: number): Generator<Window> {
  const buffer = createFrameBuffer(lookBackBars);
  for (let index = lookBackBars - 1; index < series.length; index++) {
    if (runs[index]! < lookBackBars) continue;
    const window = sliceSeries(series, index + 1 - lookBackBars, index + 1);
    yield { index, window, frame: computeIndicatorFrame(window, buffer) };
  }
}
