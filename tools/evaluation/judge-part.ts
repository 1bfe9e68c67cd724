/** What chosen strategies came to on spans that nothing was chosen on, and how far chance goes there. */
import { seededRandom } from '#domain/ids.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import type { StrategyParameters } from '#tools/strategies/parameter-range.ts';
import type { Strategy } from '#tools/strategies/strategy.ts';
import { blockBootstrap, type StatisticRange } from './block-bootstrap.ts';
import { holdingSums } from './holding-sums.ts';
import { type EntryLuck, entryLuck } from './random-entries.ts';
import { type ReturnMoments, returnMoments } from './return-moments.ts';
import { type ReturnScore, scoreReturns } from './score-returns.ts';
import type { StudyMarket } from './study-market.ts';
import { type SpanTrade, type StudyCosts, walkSpan } from './walk-span.ts';
import { stayFlat } from './yardsticks.ts';

/** A strategy with its parameters for one span; null where none earned it, which is to stay flat. */
export interface Chosen {
  readonly test: TimeSpan;
  readonly pick: { readonly strategy: Strategy; readonly parameters: StrategyParameters } | null;
}

export interface PartJudgement {
  readonly score: ReturnScore;
  /** Of `score.returnFraction`; null with it, and for too few days. */
  readonly range: StatisticRange | null;
  /** Null with the figures of the score. */
  readonly luck: EntryLuck | null;
  /** Of the days. */
  readonly moments: ReturnMoments;
  readonly feesFraction: number;
  readonly fundingFraction: number;
}

export interface JudgeOptions {
  readonly costs: StudyCosts;
  readonly seed: number;
  /** Of the bootstrap. */
  readonly resamples: number;
  readonly blockDays: number;
  /** Of entries by lot. */
  readonly draws: number;
}

/** The spans one after the other, oldest first; each begins flat. The same seed gives the same answer. */
export function judgePart(
  market: StudyMarket,
  chosen: readonly Chosen[],
  { costs, seed, resamples, blockDays, draws }: JudgeOptions,
): PartJudgement {
  const trades: SpanTrade[] = [];
  const days: number[] = [];
  const sums = { fees: 0, funding: 0, bars: 0 };
  for (const { test, pick } of chosen) {
    const { strategy, parameters } = pick ?? { strategy: stayFlat, parameters: {} };
    const walk = walkSpan(strategy, parameters, market, test, costs);
    for (const trade of walk.trades) trades.push({ ...trade, entryBar: trade.entryBar + sums.bars });
    for (const { value } of walk.days) days.push(value);
    sums.fees += walk.feesFraction;
    sums.funding += walk.fundingFraction;
    sums.bars += walk.bars;
  }
  const score = scoreReturns({ tradeNets: trades.map(({ netFraction }) => netFraction), dayReturns: days });
  const isTold = score.whyNone === null;
  const random = seededRandom(seed);
  return {
    score,
    range: isTold ? blockBootstrap(days, total, { blockLength: blockDays, resamples, random }) : null,
    luck: isTold
      ? entryLuck(
          trades.map(({ held }) => held),
          trades.map(({ entryBar }) => entryBar),
          holdingSums(
            market,
            chosen.map(({ test }) => test),
          ),
          { draws, random, costFraction: costs.feeFraction + costs.slippageFraction },
        )
      : null,
    moments: returnMoments(days),
    ...{ feesFraction: sums.fees, fundingFraction: sums.funding },
  };
}

function total(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
