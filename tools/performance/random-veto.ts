/** A policy that drops and shrinks as often as the model, and does not look at what. */
import { type RandomSource, seededRandom } from '#domain/ids.ts';
import type { DecidedCycle } from './decided-cycle.ts';
import { type ReckonedTrade, takeInTurn } from './reckon-trades.ts';

/** What the model let through of the rules' opens, in cycles in which it decided something. */
export interface VetoRecord {
  readonly proposed: number;
  readonly vetoedFraction: number;
  /** The size of each open it did not veto, as a share of what the rules proposed; not what was left of that by rules. */
  readonly keptShares: readonly number[];
  /** Whether any of those sizes is not the rules' own. */
  readonly hasResized: boolean;
}

export function vetoRecordOf(cycles: readonly DecidedCycle[]): VetoRecord {
  const asked = cycles
    .filter(({ isByModel }) => isByModel)
    .flatMap(({ model, rules }) =>
      rules.opens.map(({ proposal: { symbol, side, quantityBase: proposedBase }, quantityBase }) => {
        const kept = model.opens.find(({ proposal }) => proposal.symbol === symbol && proposal.side === side);
        const share = Number(kept?.quantityBase ?? 0) / Number(proposedBase);
        return { share, isResized: kept !== undefined && kept.quantityBase !== quantityBase };
      }),
    );
  const kept = asked.filter(({ share }) => share > 0);
  return {
    proposed: asked.length,
    vetoedFraction: asked.length === 0 ? 0 : 1 - kept.length / asked.length,
    keptShares: kept.map(({ share }) => share),
    hasResized: kept.some(({ isResized }) => isResized),
  };
}

export interface VetoPolicy {
  /** Share of the rules' opens it drops. */
  readonly dropFraction: number;
  /** Sizes it gives the others, each as likely, as shares of what was proposed; none leaves the rules' own. */
  readonly keptShares: readonly number[];
}

/** A trade of the rules at another size: `scale` times its net and R. */
export interface ScaledTrade extends ReckonedTrade {
  readonly scale: number;
}

/**
 * One draw: each open of the rules in a cycle of a model is dropped or given a size at random; what the rules decided
 * without a model stays. Net and R go with the size: impact, which does not, is small. Dropping none at the rules' sizes
 * is the rules' own trades, dropping all is none of those a model was asked about.
 */
export function drawVeto(
  rulesTrades: readonly ReckonedTrade[],
  { dropFraction, keptShares }: VetoPolicy,
  random: RandomSource,
): ScaledTrade[] {
  const kept: ScaledTrade[] = [];
  for (const trade of rulesTrades) {
    const isDropped = random.next() < dropFraction;
    const size = keptShares[Math.floor(random.next() * keptShares.length)] ?? trade.sizeFraction;
    if (!trade.isByModel) kept.push({ ...trade, scale: 1 });
    else if (!isDropped) kept.push({ ...trade, scale: size / trade.sizeFraction });
  }
  return takeInTurn(kept);
}

const STEPS = 12;
const DRAWS_PER_STEP = 40;

/**
 * How much to drop so that as many trades are made as the model made, on average. It is less than the model's own rate
 * wherever an open it vetoed came back with the next cycle: the records hold no opens for the time it held a position,
 * so who drops those that are there finds fewer to come back. The same draws in every step, so halving finds it.
 */
export function equalDropFraction(
  rulesTrades: readonly ReckonedTrade[],
  modelTrades: number,
  seed: number,
): number {
  const tradesAt = (dropFraction: number): number => {
    const random = seededRandom(seed);
    let trades = 0;
    for (let draw = 0; draw < DRAWS_PER_STEP; draw += 1)
      trades += drawVeto(rulesTrades, { dropFraction, keptShares: [] }, random).length;
    return trades / DRAWS_PER_STEP;
  };
  if (modelTrades >= tradesAt(0)) return 0;
  if (modelTrades <= tradesAt(1)) return 1;
  let from = 0;
  let to = 1;
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (from + to) / 2;
    if (tradesAt(middle) > modelTrades) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}
