/** A strategy on a market from its swept parameters to what they came to later: chosen on training parts alone. */
import { DAYS_OF_YEAR } from '#domain/figures.ts';
import type { Strategy } from '#tools/strategies/strategy.ts';
import { deflatedSharpe, type Trials, trialsOf } from './deflated-sharpe.ts';
import { type Chosen, type JudgeOptions, judgePart, type PartJudgement } from './judge-part.ts';
import { type MapCell, parameterMap, steadiestCell } from './parameter-map.ts';
import { returnMoments } from './return-moments.ts';
import type { SetScore } from './score-set.ts';
import type { StudyMarket } from './study-market.ts';
import type { WalkForward } from './walk-forward.ts';
import { walkSpan } from './walk-span.ts';

export interface StrategyJudgement {
  readonly strategy: string;
  /** The whole training part: what the final part's parameters are chosen on. */
  readonly map: readonly MapCell[];
  /** Null where no set had figures there. */
  readonly chosen: MapCell | null;
  /** Whether the chosen set's ratio in training is more than the best of all trials shows by luck; null where unknown. */
  readonly trainDeflated: number | null;
  readonly walkForward: PartJudgement;
  readonly final: PartJudgement;
}

/** `trials`: what was tried on this market in all, of every strategy. */
export function judgeStrategy(
  strategy: Strategy,
  market: StudyMarket,
  plan: WalkForward,
  scores: readonly SetScore[],
  trials: Trials,
  options: JudgeOptions,
): StrategyJudgement {
  const parts = [...plan.folds, plan.final];
  const maps = parts.map((_, part) =>
    parameterMap(
      scores.map(({ parameters, trainSharpes }) => ({ parameters, score: trainSharpes[part] ?? null })),
    ),
  );
  const cells = maps.map(steadiestCell);
  const chosen = parts.map(({ test }, part): Chosen => {
    const cell = cells[part] ?? null;
    return { test, pick: cell === null ? null : { strategy, parameters: cell.parameters } };
  });
  const last = cells.at(-1) ?? null;
  return {
    strategy: strategy.name,
    map: maps.at(-1) ?? [],
    chosen: last,
    trainDeflated: last === null ? null : trainedSharpe(strategy, last, market, plan, trials, options),
    walkForward: judgePart(market, chosen.slice(0, -1), options),
    final: judgePart(market, chosen.slice(-1), options),
  };
}

/** By their ratios of a day in the whole training part. */
export function trialsOnMarket(scores: readonly SetScore[]): Trials {
  const daily = scores.map(({ trainSharpes }) => trainSharpes.at(-1) ?? null);
  return trialsOf(daily.map((yearly) => (yearly === null ? null : yearly / Math.sqrt(DAYS_OF_YEAR))));
}

function trainedSharpe(
  strategy: Strategy,
  { parameters }: MapCell,
  market: StudyMarket,
  { final }: WalkForward,
  trials: Trials,
  { costs }: JudgeOptions,
): number | null {
  const { days } = walkSpan(strategy, parameters, market, final.train, costs);
  return deflatedSharpe(returnMoments(days.map(({ value }) => value)), trials);
}
