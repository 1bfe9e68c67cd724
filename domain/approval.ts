/** A person's word before something opens: what was asked, what was answered, and what became of it. */
import { z } from 'zod';
import { DecimalText } from './decimal.ts';
import { AbstentionReason, DecidedBy, ExecutionStyle } from './opinion.ts';
import { TradeProposal } from './proposal.ts';
import { EpochMs } from './time.ts';

/**
 * `expired`: nobody answered before the deadline, which is a refusal. `withdrawn`: trading was halted or the run ended
 * before anybody had answered.
 */
export const ApprovalStatus = z.enum(['pending', 'answered', 'expired', 'withdrawn']);
export type ApprovalStatus = z.infer<typeof ApprovalStatus>;

/** What a person sees of one opening: the proposal, and what gate and Risk agent left of it. */
export const ApprovalItem = z.object({
  proposal: TradeProposal,
  /** The most that may be approved. */
  quantityBase: DecimalText,
  /** Multiples of it may be ordered. */
  quantityStepBase: DecimalText,
  style: ExecutionStyle,
  /** Of that quantity at the proposal's entry. */
  notionalQuote: DecimalText,
  /** What is lost at the stop, fees not counted; null for an open without one, which no gate passes. */
  riskQuote: DecimalText.nullable(),
  /** Share of equity; null where no account was seen. */
  riskFraction: z.number().nonnegative().nullable(),
  /** What the agents said of it, in the order they were asked. */
  reasons: z.array(
    z.object({
      agent: z.string(),
      words: z.string(),
      /** Absent in questions of versions that did not keep it. */
      decidedBy: DecidedBy.optional(),
      /** Why the rules spoke although a model was to; absent where none was to, or it was heard. */
      abstention: AbstentionReason.optional(),
    }),
  ),
});
export type ApprovalItem = z.infer<typeof ApprovalItem>;

export const ApprovalAnswer = z.object({
  proposalId: z.string(),
  decision: z.enum(['approve', 'shrink', 'refuse']),
  /** Share of the asked quantity to keep, above 0 and below 1; null unless shrinking. */
  sizeFraction: z.number().gt(0).lt(1).nullable(),
});
export type ApprovalAnswer = z.infer<typeof ApprovalAnswer>;

export const Approval = z.object({
  approvalId: z.string(),
  runId: z.string(),
  deskId: z.string(),
  status: ApprovalStatus,
  asked: z.array(ApprovalItem).min(1),
  /** What is not named in it is refused. Null until somebody has answered. */
  answers: z.array(ApprovalAnswer).nullable(),
  /** Wall time, as all times here. */
  askedAtMs: EpochMs,
  deadlineAtMs: EpochMs,
  answeredAtMs: EpochMs.nullable(),
  answeredBy: z.string().nullable(),
  /** The person's words, or why it was withdrawn; null where none were given. */
  reason: z.string().nullable(),
});
export type Approval = z.infer<typeof Approval>;

/** A run asks once, so that whoever goes on with it finds the same question. */
export function approvalIdOf(runId: string): string {
  return `approval_${runId}`;
}
