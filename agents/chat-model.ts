/** The model as the agents see it: messages in, text or the reason there is none out. Free of any library. */
import { AppError } from '#domain/errors.ts';
import type { SpendingStep, SpendingTier } from '#domain/spending.ts';
import type { CallUsage } from './agent-desk.ts';
import type { QuestionDeadline } from './question-deadline.ts';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface ModelRequest {
  readonly agent: string;
  readonly runId: string;
  readonly spanId: string;
  /** The subject it is about; null for a question about several. */
  readonly symbol: string | null;
  readonly messages: readonly ChatMessage[];
  /** JSON Schema of the answer, enforced by the provider where it can. */
  readonly answerSchema: Readonly<Record<string, unknown>>;
  readonly temperature: number | null;
  readonly maxOutputTokens: number;
  /** Which model it may be asked of; the usual one when absent. */
  readonly tier?: SpendingTier;
  readonly signal: AbortSignal;
  /** Ends the whole question, with its retries and its repair turn; a model has a limit of its own besides. */
  readonly deadline?: QuestionDeadline;
}

export type ModelReply =
  | {
      readonly outcome: 'answered';
      readonly text: string;
      /** The provider says that it stopped for length; absent is no. */
      readonly isCut?: boolean;
      readonly usage: CallUsage;
      readonly steps?: readonly SpendingStep[];
      /** Called once the answer has proved sound, so that the very same request may be given it again. */
      readonly keep?: () => Promise<void>;
    }
  | {
      /** `no_model`: the provider refuses the key or does not know the model, so asking again is useless. */
      readonly outcome: ModelFailure;
      readonly detail: string;
      /** Absent where the failure tells nothing of the provider's health. */
      readonly outage?: Outage;
      readonly usage: CallUsage;
      readonly steps?: readonly SpendingStep[];
    };

export interface Outage {
  /** Failed attempts in a row. */
  readonly attempts: number;
  /** One is enough: all its time went by, the key is refused, or the provider said how long it stays away. */
  readonly isCertain: boolean;
  /** As the provider told it. */
  readonly comesBackInMs: number | null;
}

export type ModelFailure =
  | 'refused'
  | 'filtered'
  | 'timed_out'
  | 'rate_limited'
  | 'unreachable'
  | 'completion_unreadable'
  | 'call_unstored'
  | 'provider_failed'
  | 'model_down'
  | 'no_model'
  | 'budget_spent';

export interface ChatModel {
  readonly name: string;
  /** Never throws for what a provider does. @throws AppError `run_interrupted` when the signal aborts */
  ask(request: ModelRequest): Promise<ModelReply>;
  /** Null while it is up; absent where nobody watches over it. */
  downtime?(): Downtime | null;
}

/** Of a model that is down. */
export interface Downtime {
  /** False: nobody is asked, so nothing needs to be paid for either. */
  readonly mayBeTried: boolean;
  /** What is replied in its place. */
  readonly reply: ModelReply;
}

export const NO_USAGE: CallUsage = { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 };

export function addUsage(left: CallUsage, right: CallUsage): CallUsage {
  return {
    calls: left.calls + right.calls,
    inputTokens: sumOrUnknown(left.inputTokens, right.inputTokens),
    outputTokens: sumOrUnknown(left.outputTokens, right.outputTokens),
    costUsd: sumOrUnknown(left.costUsd, right.costUsd),
  };
}

function sumOrUnknown(left: number | null, right: number | null): number | null {
  return left === null || right === null ? null : left + right;
}

export function throwIfInterrupted({ runId, signal }: Pick<ModelRequest, 'runId' | 'signal'>): void {
  if (signal.aborted)
    throw new AppError('run_interrupted', `run ${runId} was interrupted`, {
      context: { runId },
      cause: signal.reason,
    });
}
