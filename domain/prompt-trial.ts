/** What prompt versions did beside the ones that decide, run by run and added up. */
import { z } from 'zod';
import { DecimalText } from './decimal.ts';
import { NodeName } from './run.ts';
import { RunTally } from './run-comparison.ts';
import { EpochMs } from './time.ts';

/** What the opens of a run's orders would have come to on later candles, after fees. */
export const SimulatedProfit = z.object({
  netQuote: DecimalText,
  trades: z.number().int().nonnegative(),
  won: z.number().int().nonnegative(),
  /** Opens there was nothing to reckon for, such as one whose next bar began beyond its stop. */
  notEntered: z.number().int().nonnegative(),
});
export type SimulatedProfit = z.infer<typeof SimulatedProfit>;

const Sides = <Side extends z.ZodType>(side: Side) => z.object({ run: side, with: side });

/** Written at the end of a fork or a shadow; `with` is the run it decided again. */
export const TrialResults = z.object({
  isEqual: z.boolean(),
  isSameOrders: z.boolean(),
  tallies: Sides(RunTally),
  /** Null until there are candles to reckon it on. */
  simulated: Sides(SimulatedProfit).nullable(),
});
export type TrialResults = z.infer<typeof TrialResults>;

export const PromptTrial = z.object({
  runId: z.string(),
  forkOf: z.string(),
  kind: z.enum(['fork', 'shadow']),
  promptSetId: z.string(),
  versions: z.record(z.string(), z.number().int()),
  /** Null: decided by the rules alone. */
  model: z.string().nullable(),
  firstDifference: NodeName.nullable(),
  /** Null before it has ended, and where it failed. */
  results: TrialResults.nullable(),
  createdAtMs: EpochMs,
});
export type PromptTrial = z.infer<typeof PromptTrial>;

/** Sums over the same runs: of the version on trial, or of those it is held against. Null is unknown. */
export const TrialSum = z.object({
  proposals: z.number().int().nonnegative(),
  refused: z.number().int().nonnegative(),
  orders: z.number().int().nonnegative(),
  abstentions: z.number().int().nonnegative(),
  inputTokens: z.number().int().nonnegative().nullable(),
  outputTokens: z.number().int().nonnegative().nullable(),
  costUsd: z.number().nonnegative().nullable(),
  medianDurationMs: z.number().nonnegative().nullable(),
  /** Of the runs that could be reckoned so far; null when none could. */
  simulatedNetQuote: DecimalText.nullable(),
  simulatedTrades: z.number().int().nonnegative(),
});
export type TrialSum = z.infer<typeof TrialSum>;

/** What a version of a prompt did, with one model. */
export const VersionResult = z.object({
  version: z.number().int().positive(),
  model: z.string().nullable(),
  runs: z.number().int().nonnegative(),
  shadows: z.number().int().nonnegative(),
  /** Runs whose profit could be reckoned. */
  simulatedRuns: z.number().int().nonnegative(),
  /** Share of runs that would have sent the same orders, whatever their size; null without a run. */
  agreementFraction: z.number().min(0).max(1).nullable(),
  /** How often each step was the first that differed. */
  firstDifferences: z.partialRecord(NodeName, z.number().int().positive()),
  run: TrialSum,
  with: TrialSum,
});
export type VersionResult = z.infer<typeof VersionResult>;
