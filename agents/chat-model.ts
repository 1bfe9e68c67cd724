/** The model as the agents see it: messages in, text or the reason there is none out. Free of any library. */
import { AppError } from '#domain/errors.ts';
import type { CallUsage } from './agent-desk.ts';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface ModelRequest {
  readonly agent: string;
  readonly runId: string;
  readonly spanId: string;
  readonly messages: readonly ChatMessage[];
  /** JSON Schema of the answer, enforced by the provider where it can. */
  readonly answerSchema: Readonly<Record<string, unknown>>;
  readonly temperature: number | null;
  readonly maxOutputTokens: number;
  readonly signal: AbortSignal;
}

export type ModelReply =
  | { readonly outcome: 'answered'; readonly text: string; readonly usage: CallUsage }
  | {
      /** `no_model`: the provider refuses the key or does not know the model, so asking again is useless. */
      readonly outcome: 'refused' | 'timed_out' | 'provider_failed' | 'no_model';
      readonly detail: string;
      readonly usage: CallUsage;
    };

export interface ChatModel {
  readonly name: string;
  /** Never throws for what a provider does. @throws AppError `run_interrupted` when the signal aborts */
  ask(request: ModelRequest): Promise<ModelReply>;
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
