/** Two runs on the same frozen market held side by side: what was decided otherwise, and from which step on. */
import { z } from 'zod';
import { AbstentionReason, DecidedBy } from './opinion.ts';
import { CycleOutcome, NodeName, RunKind } from './run.ts';
import { MarketSymbol } from './symbol.ts';

/** Null: there was no such thing on that side. */
const Compared = z.union([z.number(), z.string(), z.array(z.string())]).nullable();
export type Compared = z.infer<typeof Compared>;

/** What may differ. Prose is no decision, and is not compared. */
export const ComparedField = z.enum([
  'level',
  'tradingMode',
  'ask',
  'subjects',
  'ranking',
  'stance',
  'conviction',
  'proposal',
  'quantityBase',
  'entryPriceQuote',
  'stopPriceQuote',
  'targetPriceQuote',
  'leverage',
  'withheld',
  'outcome',
  'codes',
  'style',
  'deadlineMs',
  'order',
  'error',
]);
export type ComparedField = z.infer<typeof ComparedField>;

export const Difference = z.object({
  /** The step it came from. */
  node: NodeName,
  /** Null for what is about the whole desk. */
  symbol: MarketSymbol.nullable(),
  field: ComparedField,
  /** In the run it is held against, and in this one. */
  was: Compared,
  is: Compared,
});
export type Difference = z.infer<typeof Difference>;

/** An order that goes out, or would where the run cannot send one. */
export const MeantOrder = z.object({
  proposalId: z.string(),
  kind: z.enum(['open', 'close']),
  symbol: MarketSymbol,
  side: z.enum(['long', 'short']),
  quantityBase: z.string(),
  style: z.string(),
});
export type MeantOrder = z.infer<typeof MeantOrder>;

/** Counts and sums of one run's decisions. Null is unknown. */
export const RunTally = z.object({
  proposals: z.number().int().nonnegative(),
  /** Proposals the gate denied, and those the Risk agent refused whole. */
  denied: z.number().int().nonnegative(),
  refused: z.number().int().nonnegative(),
  /** Proposals to be placed: an open counts once, whatever stop and target go with it. A run's own orders are more. */
  orders: z.number().int().nonnegative(),
  calls: z.number().int().nonnegative(),
  inputTokens: z.number().int().nonnegative().nullable(),
  outputTokens: z.number().int().nonnegative().nullable(),
  costUsd: z.number().nonnegative().nullable(),
  abstentions: z.partialRecord(AbstentionReason, z.number().int().positive()),
  /** From the start of its first node to the end of its last. */
  durationMs: z.number().nonnegative(),
});
export type RunTally = z.infer<typeof RunTally>;

export const ComparedRun = z.object({
  runId: z.string(),
  kind: RunKind,
  promptSetId: z.string(),
  outcome: CycleOutcome,
  reason: z.string(),
  orders: z.array(MeantOrder),
  tally: RunTally,
});
export type ComparedRun = z.infer<typeof ComparedRun>;

export const RunComparison = z.object({
  run: ComparedRun,
  /** The run it is held against. */
  with: ComparedRun,
  isSameMarket: z.boolean(),
  isEqual: z.boolean(),
  /** Whether both would send orders of the same kind, symbol and side, whatever their size. */
  isSameOrders: z.boolean(),
  firstDifference: NodeName.nullable(),
  /** In the order of the steps. */
  differences: z.array(Difference),
});
export type RunComparison = z.infer<typeof RunComparison>;

/** What one step took in one run: of a step with several subjects, from the first's start to the last's end. */
export const StepCost = z.object({
  decidedBy: DecidedBy,
  durationMs: z.number().nonnegative(),
  /** Attempts at a model; answers taken again count for nothing. */
  calls: z.number().int().nonnegative(),
  /** Null as soon as one attempt's is unknown. */
  tokens: z.number().int().nonnegative().nullable(),
  costUsd: z.number().nonnegative().nullable(),
});
export type StepCost = z.infer<typeof StepCost>;

/** Null where the run did not come to the step: a fork begins at its node. */
export const ComparedStep = z.object({
  node: NodeName,
  was: StepCost.nullable(),
  is: StepCost.nullable(),
});
export type ComparedStep = z.infer<typeof ComparedStep>;

/** A prompt that was another version; null where the run's set is not on record, or had no such prompt. */
export const ComparedPrompt = z.object({
  name: z.string(),
  was: z.number().int().positive().nullable(),
  is: z.number().int().positive().nullable(),
});
export type ComparedPrompt = z.infer<typeof ComparedPrompt>;

/** Two runs with what each step took, and the prompts that differ. */
export const RunsBeside = RunComparison.extend({
  steps: z.array(ComparedStep),
  prompts: z.array(ComparedPrompt),
});
export type RunsBeside = z.infer<typeof RunsBeside>;
