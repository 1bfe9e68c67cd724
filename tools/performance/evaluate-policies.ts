/**
 * Model, rules, a random veto of the model's own rate, and buying and holding, on the same cycles and the same candles.
 * It tells what came out in one span, and how far chance alone could have moved it. It foretells nothing.
 */

import { type DecimalText, sumDecimals } from '#domain/decimal.ts';
import { seededRandom } from '#domain/ids.ts';
import type { EpochMs } from '#domain/time.ts';
import { type BuyAndHold, buyAndHold } from './buy-and-hold.ts';
import { blocksOf, type Comparison, comparePolicies, type ResultPart } from './compare-policies.ts';
import type { DecidedCycle } from './decided-cycle.ts';
import { drawVetoes, type VetoDraws } from './draw-vetoes.ts';
import { equalDropFraction, type VetoRecord, vetoRecordOf } from './random-veto.ts';
import { type ReckonedTrade, type ReckonTerms, takeInTurn } from './reckon-trades.ts';
import { type PolicySummary, summariseTrades } from './summarise-trades.ts';

export interface EvaluateOptions extends ReckonTerms {
  readonly seed: number;
  /** Of the bootstrap, and draws of the random veto. */
  readonly resamples: number;
  /** Last instant of the candles. */
  readonly knownToMs: EpochMs;
}

export interface RandomVetoSummary extends Omit<VetoDraws, 'expected'> {
  readonly draws: number;
  /** What it drops of the rules' opens, so that it makes as many trades as the model on average. */
  readonly dropFraction: number;
}

export interface Evaluation {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly cycles: number;
  /** Cycles in which a model decided something. */
  readonly cyclesByModel: number;
  readonly startEquityQuote: DecimalText | null;
  readonly veto: Omit<VetoRecord, 'keptShares'> & {
    /** Mean size of what the model let through, and of the rules' own trades, as shares of what was proposed. */
    readonly modelSizeFraction: number | null;
    readonly rulesSizeFraction: number | null;
  };
  /** Opens of the model that the rules did not have. */
  readonly opensBeyondRules: number;
  readonly model: PolicySummary;
  readonly rules: PolicySummary;
  readonly randomVeto: RandomVetoSummary;
  readonly buyAndHold: BuyAndHold | null;
  /** Null as soon as the price of one call is unknown. */
  readonly modelCostUsd: number | null;
  readonly blockMs: number;
  readonly blocks: number;
  readonly meanHoldingMs: number | null;
  readonly modelLessRules: Comparison;
  readonly modelLessRandom: Comparison;
}

export interface ReckonedPolicies {
  readonly model: readonly ReckonedTrade[];
  readonly rules: readonly ReckonedTrade[];
}

/**
 * `reckoned` holds all trades of these cycles as `reckonTrades` gives them; `cycles` in the order of time, at least one.
 * The same seed gives the same ranges.
 */
export function evaluatePolicies(
  cycles: readonly DecidedCycle[],
  reckoned: ReckonedPolicies,
  options: EvaluateOptions,
): Evaluation {
  const { seed, resamples, knownToMs } = options;
  const model = takeInTurn(reckoned.model);
  const rules = takeInTurn(reckoned.rules);
  const fromMs = cycles[0]?.atMs ?? 0;
  const toMs = Math.min(
    knownToMs,
    [...model, ...rules].reduce((last, { exitAtMs }) => Math.max(last, exitAtMs), cycles.at(-1)?.atMs ?? 0),
  );
  const startEquityQuote = startEquityOf(cycles);
  const { keptShares, ...veto } = vetoRecordOf(cycles);
  const blocks = blocksOf(cycles.map(({ atMs }) => atMs));
  const drawn = randomVetoOf(reckoned.rules, { ...veto, keptShares }, { model, draws: resamples, seed });
  const compared = { resamples, unit: 'R' };
  const modelParts = model.map(partOf);
  return {
    ...{ fromMs, toMs, cycles: cycles.length },
    cyclesByModel: cycles.filter(({ isByModel }) => isByModel).length,
    startEquityQuote,
    veto: {
      ...veto,
      modelSizeFraction: meanOf(keptShares),
      rulesSizeFraction: meanOf(rules.map(({ sizeFraction }) => sizeFraction)),
    },
    opensBeyondRules: opensBeyondRules(cycles),
    model: summariseTrades(model, startEquityQuote),
    rules: summariseTrades(rules, startEquityQuote),
    randomVeto: drawn.summary,
    buyAndHold:
      startEquityQuote === null
        ? null
        : buyAndHold(startEquityQuote, { fromMs, toMs, lookAtMs: cycles.map(({ atMs }) => atMs) }, options),
    modelCostUsd: costOf(cycles),
    ...{ blockMs: blocks.blockMs, blocks: blocks.blocks.length },
    meanHoldingMs: meanOf([...model, ...rules].map(({ decidedAtMs, exitAtMs }) => exitAtMs - decidedAtMs)),
    modelLessRules: comparePolicies({ one: modelParts, other: rules.map(partOf) }, blocks, {
      ...{ ...compared, names: ['the model', 'the rules'], random: seededRandom(seed + 1) },
    }),
    modelLessRandom: comparePolicies({ one: modelParts, other: drawn.expected }, blocks, {
      ...{
        ...compared,
        names: ['the model', 'a random veto of the same rate'],
        random: seededRandom(seed + 2),
      },
    }),
  };
}

function randomVetoOf(
  rulesTrades: readonly ReckonedTrade[],
  { keptShares, hasResized }: VetoRecord,
  options: { readonly model: readonly ReckonedTrade[]; readonly draws: number; readonly seed: number },
): { readonly summary: RandomVetoSummary; readonly expected: readonly ResultPart[] } {
  const { model, draws, seed } = options;
  const dropFraction = equalDropFraction(rulesTrades, model.length, seed);
  const drawn = drawVetoes(
    rulesTrades,
    { dropFraction, keptShares: hasResized ? keptShares : [] },
    { draws, seed },
  );
  const { expected, ...spreads } = drawn;
  return { summary: { ...spreads, draws, dropFraction }, expected };
}

function partOf({ decidedAtMs, r }: ReckonedTrade): ResultPart {
  return { atMs: decidedAtMs, value: r };
}

/** The first account each desk could read, added up. */
function startEquityOf(cycles: readonly DecidedCycle[]): DecimalText | null {
  const first = new Map<string, DecimalText>();
  for (const { deskId, equityQuote } of cycles)
    if (equityQuote !== null && !first.has(deskId)) first.set(deskId, equityQuote);
  return first.size === 0 ? null : sumDecimals(first.values()).toFixed();
}

function costOf(cycles: readonly DecidedCycle[]): number | null {
  return cycles.reduce<number | null>(
    (sum, { costUsd }) => (sum === null || costUsd === null ? null : sum + costUsd),
    0,
  );
}

function opensBeyondRules(cycles: readonly DecidedCycle[]): number {
  const isOfRules = ({ rules }: DecidedCycle, symbol: string, side: string) =>
    rules.opens.some(({ proposal }) => proposal.symbol === symbol && proposal.side === side);
  return cycles.reduce(
    (sum, cycle) =>
      sum +
      cycle.model.opens.filter(({ proposal: { symbol, side } }) => !isOfRules(cycle, symbol, side)).length,
    0,
  );
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
