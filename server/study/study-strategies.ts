/** Every strategy and the Q adviser on every market, from swept parameters to what came out later. */
import { setImmediate } from 'node:timers/promises';
import { type JudgeOptions, judgePart, type PartJudgement } from '#tools/evaluation/judge-part.ts';
import { judgeStrategy, type StrategyJudgement, trialsOnMarket } from '#tools/evaluation/judge-strategy.ts';
import type { StudyMarket } from '#tools/evaluation/study-market.ts';
import { DEFAULT_WALK_FORWARD } from '#tools/evaluation/walk-forward.ts';
import { holdAll } from '#tools/evaluation/yardsticks.ts';
import type { Strategy } from '#tools/strategies/strategy.ts';
import { advisedMarket, adviseFold, bitcoinBeside } from './q-adviser.ts';
import type { Sweep } from './sweep.ts';
import type { SweptMarket } from './sweep-job.ts';

export interface StudiedMarket {
  readonly market: StudyMarket;
  readonly plan: SweptMarket['plan'];
  /** Sets of all strategies that were tried on it. */
  readonly trials: number;
  /** The Q adviser, which has no parameters to choose, has an empty map and nothing chosen. */
  readonly strategies: readonly StrategyJudgement[];
  readonly hold: { readonly walkForward: PartJudgement; readonly final: PartJudgement };
}

export interface StudyOptions extends JudgeOptions {
  readonly strategies: readonly Strategy[];
  /** Of the Q adviser; 0 leaves it out. */
  readonly episodes: number;
}

export interface StudyWatch {
  readonly signal: AbortSignal;
  onProgress(done: number, of: number, what: string): void;
}

/** Null where a signal ended it. The same sweep, options and seed give the same answer. */
export async function studyStrategies(
  markets: readonly SweptMarket[],
  sweep: Sweep,
  options: StudyOptions,
  { signal, onProgress }: StudyWatch,
): Promise<StudiedMarket[] | null> {
  const studied: StudiedMarket[] = [];
  for (const [done, { market, plan }] of markets.entries()) {
    const scores = new Map(options.strategies.map(({ name }) => [name, sweep.scoresOf(market, name)]));
    const trials = trialsOnMarket([...scores.values()].flat());
    const strategies: StrategyJudgement[] = [];
    for (const strategy of options.strategies) {
      onProgress(done, markets.length, `${market.symbol} ${market.timeframe} ${strategy.name}`);
      const own = scores.get(strategy.name) ?? [];
      strategies.push(judgeStrategy(strategy, market, plan, own, trials, options));
      await setImmediate();
      if (signal.aborted) return null;
    }
    if (options.episodes > 0) {
      onProgress(done, markets.length, `${market.symbol} ${market.timeframe} q-adviser`);
      const others = markets.map((one) => one.market);
      strategies.push(studyAdviser({ market, plan }, bitcoinBeside(market, others), options));
      await setImmediate();
      if (signal.aborted) return null;
    }
    const held = (parts: readonly SweptMarket['plan']['final'][]) =>
      judgePart(
        market,
        parts.map(({ test }) => ({ test, pick: { strategy: holdAll, parameters: {} } })),
        options,
      );
    const hold = { walkForward: held(plan.folds), final: held([plan.final]) };
    studied.push({ market, plan, trials: trials.count, strategies, hold });
  }
  onProgress(markets.length, markets.length, 'all markets');
  return studied;
}

function studyAdviser(
  { market, plan }: SweptMarket,
  bitcoin: StudyMarket | null,
  options: StudyOptions,
): StrategyJudgement {
  const advised = advisedMarket(market, bitcoin);
  const { episodes, seed } = options;
  const terms = { episodes, seed, embargoMs: DEFAULT_WALK_FORWARD.embargoMs };
  const folds = plan.folds.map((fold) => adviseFold(advised, fold, terms));
  return {
    ...{ strategy: 'q-adviser', map: [], chosen: null, trainDeflated: null },
    walkForward: judgePart(advised.market, folds, options),
    final: judgePart(advised.market, [adviseFold(advised, plan.final, terms)], options),
  };
}
