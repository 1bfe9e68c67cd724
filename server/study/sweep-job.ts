import type { StudyMarket } from '#tools/evaluation/study-market.ts';
import type { WalkForward } from '#tools/evaluation/walk-forward.ts';
import type { StudyCosts } from '#tools/evaluation/walk-span.ts';
import type { StrategyParameters } from '#tools/strategies/parameter-range.ts';

export interface SweptMarket {
  readonly market: StudyMarket;
  readonly plan: WalkForward;
}

/** Sets of one strategy on one market, by their places in its grid. */
export interface SweepJob {
  readonly market: SweptMarket;
  readonly strategy: string;
  readonly sets: readonly { readonly key: string; readonly parameters: StrategyParameters }[];
  readonly costs: StudyCosts;
}
