/** The market state at the close of every bar of a series, once for all episodes of a training. */
import type { CandleSeries } from '#domain/candle.ts';
import type { TrendRegime } from '#domain/signal.ts';
import { type EpochMs, lastClosedOpenAtMs, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { TREND_TIMEFRAME } from '#tools/regime/assess-regime.ts';
import { chooseTimeframe } from '#tools/regime/choose-timeframe.ts';
import { HOME_TIMEFRAMES } from '#tools/signals/assess-symbol.ts';
import { marketStateOf, STATE_RULES } from './encode-state.ts';
import { regimesOf, soundRuns, votesOf } from './measure-bars.ts';

/** In the place of a state where a desk would have had none: the look-back is short, gapped or impossible. */
export const NO_STATE = 0xffff;

/** Bars of one symbol on every timeframe a desk has there, all of the same span. */
export type SymbolBars = ReadonlyMap<Timeframe, CandleSeries>;

export interface EncodeOptions {
  /** The bars that are decided on: a state is what is known when one of them closes. */
  readonly timeframe: Timeframe;
  /** What a desk sees of each timeframe. */
  readonly lookBackBars: number;
  /** Bitcoin's trend as `trendReader` tells it; `unknown` throughout without Bitcoin. */
  readonly btcTrend: TrendReader;
}

/** The trend that is known at an instant. Must be asked in the order of time. */
export type TrendReader = (nowMs: EpochMs) => TrendRegime;

/**
 * Market states of `bars.get(timeframe)`, aligned with it; `NO_STATE` where a desk would have none.
 * Entry `i` rests on bars that have closed when bar `i` closes, and is what `encodeState` makes of the desk's signal then.
 * O(bars × look-back) on the timeframes that vote, one typed array.
 * @throws RangeError when the bars that are decided on are not there
 */
export function encodeSeries(bars: SymbolBars, options: EncodeOptions): Uint16Array {
  const { timeframe, lookBackBars, btcTrend } = options;
  const decided = bars.get(timeframe);
  if (decided === undefined) throw new RangeError(`encodeSeries: there are no ${timeframe} bars`);
  const cursors = createCursors(bars, lookBackBars);
  const votesNow = voteReader(bars, lookBackBars, cursors);
  const regimeNow = regimeReader(bars, lookBackBars, cursors);
  const states = new Uint16Array(decided.length).fill(NO_STATE);
  const widthMs = TIMEFRAME_MS[timeframe];
  const known = { moves: -1, btc: '' };
  let state = NO_STATE;
  for (let i = 0; i < decided.length; i++) {
    const nowMs = decided.openAtMs[i]! + widthMs;
    cursors.moveTo(nowMs);
    const btc = btcTrend(nowMs);
    if (!cursors.isWhole) continue;
    // Most bars are finer than those that vote, and see the same.
    if (known.moves !== cursors.moves || known.btc !== btc) {
      state = marketStateOf({ ...regimeNow(), btcTrend: btc, readings: votesNow() });
      known.moves = cursors.moves;
      known.btc = btc;
    }
    states[i] = state;
  }
  return states;
}

/** Reads the trend of a symbol out of its bars, as a desk would have known it. */
export function trendReader(bars: SymbolBars, lookBackBars: number): TrendReader {
  const cursors = createCursors(bars, lookBackBars);
  const regimeNow = regimeReader(bars, lookBackBars, cursors);
  return (nowMs) => {
    cursors.moveTo(nowMs);
    return cursors.isWhole ? regimeNow().trend : 'unknown';
  };
}

/** The newest closed bar of each timeframe, and whether a desk would have taken all of them. */
interface Cursors {
  moveTo(nowMs: EpochMs): void;
  at(timeframe: Timeframe): number;
  runsOf(timeframe: Timeframe): Uint32Array;
  readonly isWhole: boolean;
  /** How often a cursor has gone on among the bars that vote. */
  readonly moves: number;
}

function createCursors(bars: SymbolBars, lookBackBars: number): Cursors {
  const homes = new Set([...VOTE_HOMES, TREND_TIMEFRAME].map((home) => chooseTimeframe(bars.keys(), home)));
  const all = [...bars].map(([timeframe, series]) => ({
    ...{ timeframe, series, runs: soundRuns(series), votes: homes.has(timeframe), at: -1 },
  }));
  const of = (timeframe: Timeframe) => all.find((one) => one.timeframe === timeframe)!;
  const cursors = {
    isWhole: false,
    moves: 0,
    at: (timeframe: Timeframe) => of(timeframe).at,
    runsOf: (timeframe: Timeframe) => of(timeframe).runs,
    moveTo(nowMs: EpochMs) {
      cursors.isWhole = true;
      for (const one of all) {
        const { timeframe, series, runs, votes } = one;
        const widthMs = TIMEFRAME_MS[timeframe];
        while (one.at + 1 < series.length && series.openAtMs[one.at + 1]! + widthMs <= nowMs) {
          one.at += 1;
          if (votes) cursors.moves += 1;
        }
        cursors.isWhole &&=
          one.at >= 0 &&
          series.openAtMs[one.at] === lastClosedOpenAtMs(nowMs, timeframe) &&
          runs[one.at]! >= lookBackBars;
      }
    },
  };
  return cursors;
}

type StateRule = (typeof STATE_RULES)[number];

const VOTE_HOMES: readonly Timeframe[] = STATE_RULES.map((rule) => HOME_TIMEFRAMES[rule]);

/** The votes where the cursors are, each rule's from the bars it votes on. */
function voteReader(bars: SymbolBars, lookBackBars: number, cursors: Cursors) {
  const homes = new Map<Timeframe, StateRule[]>();
  for (const rule of STATE_RULES) {
    const home = chooseTimeframe(bars.keys(), HOME_TIMEFRAMES[rule])!;
    homes.set(home, [...(homes.get(home) ?? []), rule]);
  }
  const columns = [...homes].flatMap(([home, rules]) => {
    const votes = votesOf(bars.get(home)!, cursors.runsOf(home), rules, lookBackBars);
    return rules.map((rule) => ({ rule, home, points: votes.get(rule)! }));
  });
  return () => columns.map(({ rule, home, points }) => ({ rule, points: points[cursors.at(home)]! }));
}

function regimeReader(bars: SymbolBars, lookBackBars: number, cursors: Cursors) {
  const home = chooseTimeframe(bars.keys(), TREND_TIMEFRAME)!;
  const regimes = regimesOf(bars.get(home)!, cursors.runsOf(home), lookBackBars);
  return () => regimes[cursors.at(home)]!;
}
