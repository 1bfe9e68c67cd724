/** Weights as a walk-forward makes them: each test by weights of what came before it, and the last part by the version's own. */
import type { PartScore, PartScores, RegimeWeights, WeightsFacts } from '#domain/strategy-weights.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import { adaptiveBy, EVEN_WEIGHTS } from '#tools/strategies/adaptive.ts';
import { MEMBERS } from '#tools/strategies/members.ts';
import { parametersOf } from '#tools/strategies/parameters.ts';
import type { Strategy } from '#tools/strategies/strategy.ts';
import { type JudgeOptions, judgePart, type PartJudgement } from './judge-part.ts';
import { learnWeights, type MembersEvidence } from './learn-weights.ts';
import { regimeEvidence } from './regime-evidence.ts';
import { coveredSpans, type StudyMarket } from './study-market.ts';
import { type Fold, walkForward } from './walk-forward.ts';
import { holdAll } from './yardsticks.ts';

export interface WeightsStudy {
  readonly cells: RegimeWeights['cells'];
  readonly facts: Omit<WeightsFacts, 'markets'>;
  /** In the order of the markets. */
  readonly scores: readonly {
    readonly market: StudyMarket;
    readonly walkForward: PartScores;
    readonly final: PartScores;
  }[];
}

/**
 * The parts are cut once for all markets, so that none teaches another what was yet to come. Weights are learned on
 * training parts alone; the final part is looked at by the version's weights and by nothing else.
 * The same markets and options give the same bytes.
 * @throws RangeError for markets of several timeframes or of none, and as `walkForward`
 */
export function studyWeights(markets: readonly StudyMarket[], options: JudgeOptions): WeightsStudy {
  const [first] = markets;
  if (first === undefined || markets.some(({ timeframe }) => timeframe !== first.timeframe))
    throw new RangeError('studyWeights: one market or more, all of one timeframe');
  const plan = walkForward(markets.flatMap(coveredSpans));
  const { train, test } = plan.final;
  const evidence = evidenceOf(markets, train, options);
  const weighFold = (fold: Fold): RegimeWeights => ({
    version: null,
    cells: learnWeights(evidence, fold.train.toMs),
  });
  const learned = [...plan.folds, plan.final].map((fold) => ({ fold, weights: weighFold(fold) }));
  const scores = markets.map((market) => ({
    market,
    walkForward: scoresOf(market, learned.slice(0, -1), options),
    final: scoresOf(market, learned.slice(-1), options),
  }));
  return {
    cells: weighFold(plan.final).cells,
    facts: {
      ...{ timeframe: first.timeframe, costs: options.costs, seed: options.seed },
      members: MEMBERS.map((member) => ({ strategy: member.name, parameters: { ...parametersOf(member) } })),
      ...{
        learnedFromMs: train.fromMs,
        learnedToMs: train.toMs,
        finalFromMs: test.fromMs,
        finalToMs: test.toMs,
      },
    },
    scores,
  };
}

function evidenceOf(
  markets: readonly StudyMarket[],
  span: TimeSpan,
  { costs }: JudgeOptions,
): MembersEvidence {
  return new Map(
    MEMBERS.map((member) => [
      member.name,
      markets.map((market) => regimeEvidence(member, market, span, costs)),
    ]),
  );
}

interface LearnedFold {
  readonly fold: Fold;
  readonly weights: RegimeWeights;
}

function scoresOf(market: StudyMarket, folds: readonly LearnedFold[], options: JudgeOptions): PartScores {
  const judge = (strategyOf: (fold: LearnedFold) => Strategy) => {
    const chosen = folds.map((one) => {
      const strategy = strategyOf(one);
      return { test: one.fold.test, pick: { strategy, parameters: parametersOf(strategy) } };
    });
    return judgePart(market, chosen, options);
  };
  const hold = judge(() => holdAll);
  return {
    learned: partScore(judge(({ weights }) => adaptiveBy(weights))),
    even: partScore(judge(() => adaptiveBy(EVEN_WEIGHTS))),
    holdReturnFraction: hold.moments.count === 0 ? 0 : hold.moments.mean * hold.moments.count,
  };
}

function partScore({ score, range }: PartJudgement): PartScore {
  const { trades, days, returnFraction, sharpe } = score;
  return {
    ...{ trades, days, returnFraction, sharpe },
    range: range === null ? null : { low: range.low, high: range.high },
  };
}
