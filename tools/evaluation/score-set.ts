/** What one set of parameters came to on each part that parameters are chosen on. Looks at nothing else. */
import { DAY_MS } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import type { StrategyParameters } from '#tools/strategies/parameter-range.ts';
import type { Strategy } from '#tools/strategies/strategy.ts';
import { type ReturnScore, scoreReturns } from './score-returns.ts';
import type { StudyMarket } from './study-market.ts';
import type { WalkForward } from './walk-forward.ts';
import { type SpanWalk, type StudyCosts, walkSpan } from './walk-span.ts';

export interface SetScore {
  readonly parameters: StrategyParameters;
  /** Yearly Sharpe ratios on the training part of each fold, and of the final part last; null where N/A. */
  readonly trainSharpes: readonly (number | null)[];
  readonly trades: number;
}

/** One walk for all parts, since all begin together: a trade that reaches beyond a part's end does not count in it. */
export function scoreSet(
  strategy: Strategy,
  parameters: StrategyParameters,
  market: StudyMarket,
  plan: WalkForward,
  costs: StudyCosts,
): SetScore {
  const walk = walkSpan(strategy, parameters, market, plan.final.train, costs);
  const trains = [...plan.folds, plan.final].map(({ train }) => train);
  return {
    parameters,
    trainSharpes: trains.map((train) => scoreWithin(walk, train).sharpe),
    trades: walk.trades.length,
  };
}

/** The days and trades of a walk that lie wholly in a part of it. */
function scoreWithin({ trades, days }: SpanWalk, { fromMs, toMs }: TimeSpan): ReturnScore {
  const first = Math.floor(fromMs / DAY_MS) * DAY_MS;
  return scoreReturns({
    tradeNets: trades
      .filter(({ enteredAtMs, leftAtMs }) => enteredAtMs >= fromMs && leftAtMs <= toMs)
      .map(({ netFraction }) => netFraction),
    dayReturns: days
      .filter(({ dayAtMs }) => dayAtMs >= first && dayAtMs + DAY_MS <= toMs)
      .map(({ value }) => value),
  });
}
