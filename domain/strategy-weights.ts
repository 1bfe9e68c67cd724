/** What the votes of strategies weigh, by the regime of the bars they vote on. */
import { z } from 'zod';
import { EpochMs, Timeframe } from './time.ts';

/** Trend and volatility together; where it is volatile the trend does not count. */
export const REGIME_CELLS = [
  ...(['bull-calm', 'bull-normal', 'bear-calm', 'bear-normal'] as const),
  ...(['sideways-calm', 'sideways-normal', 'volatile'] as const),
] as const;
export const RegimeCell = z.enum(REGIME_CELLS);
export type RegimeCell = z.infer<typeof RegimeCell>;

/** A strategy's weight in a regime and what it rests on. */
export const MemberWeight = z.object({
  weightFraction: z.number().min(0).max(1),
  /** The mean of its days in the regime over that mean's standard error; null under 10 trades or 14 days. */
  standardErrors: z.number().nullable(),
  trades: z.number().int().nonnegative(),
  days: z.number().int().nonnegative(),
});
export type MemberWeight = z.infer<typeof MemberWeight>;

/** With `flatFraction`, the vote for staying out, the weights make 1. */
export const CellWeights = z
  .object({ flatFraction: z.number().min(0).max(1), members: z.record(z.string(), MemberWeight) })
  .refine(({ flatFraction, members }) => {
    const sum = Object.values(members).reduce((total, { weightFraction }) => total + weightFraction, 0);
    return Math.abs(sum + flatFraction - 1) < 1e-9;
  }, 'the weights of a regime have to make 1');
export type CellWeights = z.infer<typeof CellWeights>;

export const RegimeWeights = z.object({
  /** Null for weights that nobody learned: the same for all. */
  version: z.number().int().positive().nullable(),
  cells: z.record(RegimeCell, CellWeights),
});
export type RegimeWeights = z.infer<typeof RegimeWeights>;

/** How the votes came together at a bar, for a record and for a person. */
export const Weighing = z.object({
  regime: z.enum(['bull', 'bear', 'sideways', 'volatile', 'unknown']),
  volatility: z.enum(['calm', 'normal', 'volatile', 'unknown']),
  /** Of the bars that were looked at. */
  timeframe: Timeframe,
  /** Null: no version is promoted, or the regime is unknown, and all weigh the same. */
  weightsVersion: z.number().int().positive().nullable(),
  votes: z.record(z.string(), MemberWeight.extend({ side: z.number().int().min(-1).max(1) })),
  flatFraction: z.number().min(0).max(1),
  /** Weights for long less weights for short. */
  netFraction: z.number().min(-1).max(1),
  thresholdFraction: z.number(),
  why: z.string(),
});
export type Weighing = z.infer<typeof Weighing>;

const PartScore = z.object({
  trades: z.number().int().nonnegative(),
  days: z.number().int().nonnegative(),
  /** Null, as the ratio and the range, under 10 trades or 14 days. */
  returnFraction: z.number().nullable(),
  sharpe: z.number().nullable(),
  /** Holds the return 95 times in 100 if weeks such as these came again. */
  range: z.object({ low: z.number(), high: z.number() }).nullable(),
});
export type PartScore = z.infer<typeof PartScore>;

/** By the learned weights, by weights that are all the same, and what holding came to. */
const PartScores = z.object({ learned: PartScore, even: PartScore, holdReturnFraction: z.number() });
export type PartScores = z.infer<typeof PartScores>;

/** What a version was made of, and what it came to where it had not learned. */
export const WeightsFacts = z.object({
  timeframe: Timeframe,
  /** Its candles from the first to the last bar, and a hash over every one of them with its funding. */
  markets: z.array(
    z.object({
      ...{ venue: z.string(), symbol: z.string(), fromMs: EpochMs, toMs: EpochMs, candleHash: z.string() },
      /** Each test by weights of what came before it alone; then the part after `learnedToMs` by these weights. */
      walkForward: PartScores,
      final: PartScores,
    }),
  ),
  members: z.array(z.object({ strategy: z.string(), parameters: z.record(z.string(), z.number()) })),
  costs: z.object({ feeFraction: z.number(), slippageFraction: z.number() }),
  seed: z.number().int(),
  learnedFromMs: EpochMs,
  learnedToMs: EpochMs,
  finalFromMs: EpochMs,
  finalToMs: EpochMs,
});
export type WeightsFacts = z.infer<typeof WeightsFacts>;
