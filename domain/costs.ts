/** What model calls came to over a span of time. What nobody told is counted as unknown, never as nothing. */
import { z } from 'zod';
import { EpochMs } from './time.ts';

export const COST_GROUPS = ['day', 'agent', 'model', 'symbol', 'trade'] as const;
export const CostGroup = z.enum(COST_GROUPS);
export type CostGroup = z.infer<typeof CostGroup>;

const Count = z.number().int().nonnegative();
/** Of the calls that told it; null where there were calls and none did. */
const KnownSum = z.number().nonnegative().nullable();

export const CostSums = z.object({
  /** HTTP attempts. */
  calls: Count,
  /** Answers taken again, which cost nothing. */
  cachedAnswers: Count,
  inputTokens: KnownSum,
  outputTokens: KnownSum,
  cachedInputTokens: KnownSum,
  reasoningTokens: KnownSum,
  costUsd: KnownSum,
  /** Calls that did not tell it, for each sum. */
  unknown: z.object({
    inputTokens: Count,
    outputTokens: Count,
    cachedInputTokens: Count,
    reasoningTokens: Count,
    costUsd: Count,
  }),
});
export type CostSums = z.infer<typeof CostSums>;

/** What the budget took calls to have cost whose price nobody told is known for so long. */
export const CHARGES_KEPT_DAYS = 31;

/** An entry that was placed, and its share of what its cycle cost: all the entries of a cycle share it equally. */
export const TradeCost = z.object({
  runId: z.string(),
  symbol: z.string(),
  side: z.enum(['buy', 'sell']),
  placedAtMs: EpochMs,
  entriesOfCycle: z.number().int().positive(),
  shareUsd: KnownSum,
});
export type TradeCost = z.infer<typeof TradeCost>;

export const CostItem = CostSums.extend({
  /** A UTC day, an agent, a model or a symbol; the run of a trade. Null for questions about several symbols. */
  key: z.string().nullable(),
  /** Answers the rules gave in a model's place; null where they cannot be told apart by this group. */
  abstentions: Count.nullable(),
  trade: TradeCost.nullable(),
});
export type CostItem = z.infer<typeof CostItem>;

export const CostReport = z.object({
  fromMs: EpochMs,
  toMs: EpochMs,
  by: CostGroup,
  total: CostSums.extend({
    abstentions: Count,
    /** Calls of unknown cost that the budget was charged for all the same, and with how much. Kept for 31 days. */
    charged: z.object({ calls: Count, usd: z.number().nonnegative() }),
  }),
  /** What all cycles of the span cost, over the entries they placed. */
  accepted: z.object({
    entries: Count,
    cycles: Count,
    costUsd: KnownSum,
    /** Calls of cycles whose cost nobody told. */
    unknownCalls: Count,
    /** Null without an entry, and where no cost is known. */
    usdPerEntry: z.number().nonnegative().nullable(),
  }),
  items: z.array(CostItem),
});
export type CostReport = z.infer<typeof CostReport>;
