/** What the agents may say. Every field is bounded; nothing here names a size, a price or a stop. */
import { z } from 'zod';
import { ABSTENTIONS } from './abstention.ts';
import { MarketSymbol } from './symbol.ts';

/** Who answered: the model, the agent's own rules, or a person whose approval was asked. */
export const DecidedBy = z.enum(['code', 'rules', 'model', 'person']);
export type DecidedBy = z.infer<typeof DecidedBy>;

/** Why a model's answer was not used and the rules decided instead. */
export type AbstentionReason = keyof typeof ABSTENTIONS;
export const AbstentionReason = z.enum(Object.keys(ABSTENTIONS) as [AbstentionReason, ...AbstentionReason[]]);

/** A quoted number, checked against this run's tool output before it counts. */
export const Evidence = z.object({ key: z.string().max(60), value: z.number(), note: z.string().max(200) });
export type Evidence = z.infer<typeof Evidence>;

/** The Guardian may raise the level or ask for `reducing`; what would lower it is ignored by code. */
export const GuardianOpinion = z.object({
  ask: z.enum(['keep', 'reduce', 'trip']),
  reason: z.string().max(600),
});
export type GuardianOpinion = z.infer<typeof GuardianOpinion>;

export const ScannerReport = z.object({
  ranked: z.array(z.object({ symbol: MarketSymbol, reason: z.string().max(300) })).max(50),
  summary: z.string().max(600),
});
export type ScannerReport = z.infer<typeof ScannerReport>;

export const ContextOpinion = z.object({
  symbol: MarketSymbol,
  stance: z.enum(['bullish', 'bearish', 'neutral']),
  /** -1..1; the fusion bounds what it can move. */
  conviction: z.number().min(-1).max(1),
  evidence: z.array(Evidence).max(8),
  summary: z.string().max(600),
});
export type ContextOpinion = z.infer<typeof ContextOpinion>;

export const RiskReview = z.object({
  reviews: z
    .array(
      z.object({
        proposalId: z.string(),
        action: z.enum(['keep', 'shrink', 'refuse']),
        /** Share of the passed size to keep, used with `shrink` only. */
        sizeFraction: z.number().min(0).max(1),
        reason: z.string().max(300),
      }),
    )
    .max(50),
  summary: z.string().max(600),
});
export type RiskReview = z.infer<typeof RiskReview>;

export const ExecutionStyle = z.enum(['market', 'limit', 'twap']);
export type ExecutionStyle = z.infer<typeof ExecutionStyle>;

export const ExecutionPlan = z.object({
  plans: z
    .array(
      z.object({
        proposalId: z.string(),
        style: ExecutionStyle,
        deadlineMs: z.number().int().min(1_000).max(3_600_000),
        reason: z.string().max(300),
      }),
    )
    .max(50),
  summary: z.string().max(600),
});
export type ExecutionPlan = z.infer<typeof ExecutionPlan>;

/** A number in a reply's words, and whether the model was shown it. */
export const Quote = z.object({ field: z.string(), said: z.string(), isGrounded: z.boolean() });
export type Quote = z.infer<typeof Quote>;

export const AgentName = z.enum(['scanner', 'guardian', 'context', 'risk', 'executor']);
export type AgentName = z.infer<typeof AgentName>;

/** One agent's answer in a run, as it is recorded. */
export const Opinion = z.object({
  agent: AgentName,
  symbol: MarketSymbol.nullable(),
  decidedBy: DecidedBy,
  abstention: AbstentionReason.nullable(),
  /** What the model said that this run's tools did not: why its answer was discarded, a line for each. */
  doubts: z.array(z.string()).optional(),
  /** The numbers in the model's words, of a discarded reply too. */
  quotes: z.array(Quote).optional(),
  answer: z.union([ContextOpinion, GuardianOpinion, RiskReview, ExecutionPlan, ScannerReport]),
});
export type Opinion = z.infer<typeof Opinion>;
