/** What models may cost, and how a run steps down when that is not enough for all it would ask. */
import { z } from 'zod';
import { EpochMs } from './time.ts';

/** `premium` asks the model, `saving` the cheaper one, `free` nobody. */
export const SPENDING_MODES = ['premium', 'saving', 'free'] as const;
export const SpendingMode = z.enum(SPENDING_MODES);
export type SpendingMode = z.infer<typeof SpendingMode>;

/** `none`: the budget is spent, which is an abstention. `free`: nobody is to be asked, which is none. */
export const SpendingTier = z.enum(['usual', 'cheaper', 'none', 'free']);
export type SpendingTier = z.infer<typeof SpendingTier>;

/** Which limit stood in the way: that of the UTC day, or that of the one run. */
export const SpendingLimit = z.enum(['day', 'cycle']);
export type SpendingLimit = z.infer<typeof SpendingLimit>;

/** A step down from what would have been asked, with the numbers of the limit that asked for it. */
export const SpendingStep = z.object({
  step: z.enum(['fewer_subjects', 'cheaper_model', 'rules_only']),
  /** Before which agent's call. */
  agent: z.string(),
  limit: SpendingLimit,
  limitUsd: z.number(),
  /** Spent, and reserved for calls under way. */
  committedUsd: z.number(),
  /** What was about to go out would have cost this much; null where its price is unknown. */
  estimateUsd: z.number().nullable(),
  reason: z.string(),
});
export type SpendingStep = z.infer<typeof SpendingStep>;

/** What a run may ask: decided before its calls go out, and kept with the run. */
export const Allowance = z.object({
  mode: SpendingMode,
  tier: SpendingTier,
  /** Of new subjects; open positions come on top. */
  maxSubjects: z.number().int().nonnegative(),
});
export type Allowance = z.infer<typeof Allowance>;

export const Spending = Allowance.extend({ steps: z.array(SpendingStep) });
export type Spending = z.infer<typeof Spending>;

/** Which mode the desks stand on: as configured, as switched, and as it holds. */
export const ModelModes = z.object({
  /** What a person switched every process to; null where nobody has. */
  mode: SpendingMode.nullable(),
  switchedBy: z.string().nullable(),
  switchedAtMs: EpochMs.nullable(),
  /** What this process's own configuration says. */
  configured: SpendingMode,
  /** What this process's next run begins with. */
  effective: SpendingMode,
  model: z.string(),
  savingModel: z.string().nullable(),
});
export type ModelModes = z.infer<typeof ModelModes>;
