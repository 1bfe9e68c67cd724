/** The Q adviser as a strategy of the same walk: a table for each fold, learned on that fold's training part alone. */
import { type CandleSeries, firstBarFrom } from '#domain/candle.ts';
import { DEFAULT_Q_PARAMETERS } from '#domain/q-table.ts';
import { baseOf } from '#domain/symbol.ts';
import { canBuildFrom, type Timeframe } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import { buildTimeframe } from '#exchanges/candles/build-timeframe.ts';
import { joinSeries } from '#exchanges/replay/join-series.ts';
import type { Chosen } from '#tools/evaluation/judge-part.ts';
import { type StudyMarket, studyMarket } from '#tools/evaluation/study-market.ts';
import type { Fold } from '#tools/evaluation/walk-forward.ts';
import { CLOSE, HOLD, LONG, SHORT } from '#tools/qtable/actions.ts';
import { encodeSeries, NO_STATE, type SymbolBars, trendReader } from '#tools/qtable/encode-series.ts';
import { POSITION_SIDES } from '#tools/qtable/encode-state.ts';
import { advisedAction, type LearnedTable } from '#tools/qtable/score-table.ts';
import { createTraining, trainingSpans } from '#tools/qtable/training.ts';
import { type TrainingSeries, trainingSeries } from '#tools/qtable/training-series.ts';
import { defineStrategy, type Strategy } from '#tools/strategies/strategy.ts';

/** A market as the adviser sees it: on the bars it decides on, each with its state. */
export interface AdvisedMarket {
  readonly market: StudyMarket;
  readonly bars: CandleSeries;
  readonly states: Uint16Array;
}

export interface AdviserOptions {
  readonly episodes: number;
  readonly seed: number;
  readonly embargoMs: number;
}

/** Decisions are made on 15m bars where they can be built, as a desk makes them, else on the market's own. */
export function advisedMarket(market: StudyMarket, bitcoin: StudyMarket | null): AdvisedMarket {
  const { lookBackBars, assumedFundingFraction } = DEFAULT_Q_PARAMETERS;
  const timeframe: Timeframe = canBuildFrom(market.timeframe, '15m') ? '15m' : market.timeframe;
  const own = symbolBars(market, timeframe);
  const bars = own.get(timeframe) ?? joinedBars(market);
  const btcTrend =
    bitcoin === null ? () => 'unknown' as const : trendReader(symbolBars(bitcoin, timeframe), lookBackBars);
  const states = encodeSeries(own, { timeframe, lookBackBars, btcTrend });
  return {
    bars,
    states,
    market: studyMarket(market.venue, bars, market.settlements, assumedFundingFraction),
  };
}

/** The Bitcoin beside a market: of the same venue and bars. */
export function bitcoinBeside(market: StudyMarket, all: readonly StudyMarket[]): StudyMarket | null {
  const beside = ({ venue, timeframe, symbol }: StudyMarket) =>
    venue === market.venue && timeframe === market.timeframe && baseOf(symbol) === 'BTC';
  return all.find(beside) ?? null;
}

/** Learns on the fold's training part; flat where that has too few bars with a state. */
export function adviseFold(advised: AdvisedMarket, fold: Fold, options: AdviserOptions): Chosen {
  const table = learn(advised, fold, options);
  return {
    test: fold.test,
    pick: table === null ? null : { strategy: adviser(advised, table), parameters: {} },
  };
}

function learn(advised: AdvisedMarket, { train, test }: Fold, options: AdviserOptions): LearnedTable | null {
  const { episodes, seed, embargoMs } = options;
  const series = seriesWithin(advised, { fromMs: train.fromMs, toMs: test.toMs });
  try {
    const { learned, heldOut } = trainingSpans([series], { heldOutFraction: 0.2, embargoMs });
    const heldOutFraction = (heldOut.toMs - test.fromMs) / (heldOut.toMs - learned.fromMs);
    const parameters = { ...DEFAULT_Q_PARAMETERS, episodes, embargoMs, heldOutFraction };
    const training = createTraining({ series: [series], parameters, seed });
    for (let episode = 0; episode < episodes; episode += 1) training.episode();
    return training.learner;
  } catch (thrown) {
    if (thrown instanceof RangeError) return null;
    throw thrown;
  }
}

/** The bars of a span with the states they had over the whole: a state looks back and never ahead. */
function seriesWithin({ market, bars, states }: AdvisedMarket, { fromMs, toMs }: TimeSpan): TrainingSeries {
  const known = states.map((state, bar) => {
    const atMs = bars.openAtMs[bar] ?? 0;
    return atMs >= fromMs && atMs < toMs ? state : NO_STATE;
  });
  return trainingSeries(bars, known, market.settlements, DEFAULT_Q_PARAMETERS.assumedFundingFraction);
}

/** Without support, and where there is no state, what is held stays. */
function adviser({ bars, states }: AdvisedMarket, table: LearnedTable): Strategy {
  return defineStrategy({
    name: 'q-adviser',
    describes: 'what a Q-table learned of the situation advises, where it has support',
    ranges: {},
    lookBackBars: () => 1,
    prepare(part) {
      const first = firstBarFrom(bars, part.openAtMs[0] ?? 0);
      return {
        decide(bar, held) {
          const state = states[first + bar] ?? NO_STATE;
          if (state === NO_STATE) return held.units;
          const side = POSITION_SIDES.indexOf(held.units === 0 ? 'none' : held.units > 0 ? 'long' : 'short');
          const row = state * POSITION_SIDES.length + side;
          const action = advisedAction(table, row, side, DEFAULT_Q_PARAMETERS.minVisits);
          return unitsAfter(action, held.units);
        },
      };
    },
  });
}

function unitsAfter(action: number, units: number): number {
  if (action === HOLD) return units;
  if (action === CLOSE) return 0;
  if (action === LONG) return 1;
  return action === SHORT ? -1 : units;
}

function symbolBars(market: StudyMarket, timeframe: Timeframe): SymbolBars {
  const bars = joinedBars(market);
  const wanted: readonly Timeframe[] = [timeframe, '15m', '1h', '4h'];
  const built = wanted.filter((one) => canBuildFrom(market.timeframe, one));
  return new Map([...new Set(built)].map((one) => [one, buildTimeframe(bars, one)]));
}

function joinedBars({ stretches }: StudyMarket): CandleSeries {
  return joinSeries(stretches.map(({ bars }) => bars));
}
