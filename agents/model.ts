/**
 * The one door to a model provider: any server that speaks OpenAI's chat completions. Counts every HTTP attempt,
 * retries in this layer only, and turns whatever a provider does into a `ModelReply`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallUsage } from './agent-desk.ts';
import {
  addUsage,
  type ChatModel,
  type ModelReply,
  type ModelRequest,
  NO_USAGE,
  throwIfInterrupted,
} from './chat-model.ts';
import { type AttemptResult, attemptCompletion, type Library } from './model-attempt.ts';
import type { ChatModelOptions } from './model-options.ts';
import { DEFAULT_RETRY, judgeFailure, retryDelayMs } from './model-retry.ts';
import { firstRungFor, type ResponseRung, rungBelow } from './response-format.ts';

export function createChatModel(options: ChatModelOptions): ChatModel {
  const policy = options.retry ?? DEFAULT_RETRY;
  let provenRung: ResponseRung = firstRungFor(options.model);

  async function ask(request: ModelRequest): Promise<ModelReply> {
    const library = await loadLibrary();
    if (library === null)
      return { outcome: 'no_model', detail: '@langchain/openai cannot be loaded', usage: NO_USAGE };
    let rung = provenRung;
    let usage = NO_USAGE;
    let counted = 0;
    for (let attempt = 1; ; attempt += 1) {
      throwIfInterrupted(request);
      const result = await attemptCompletion(options, request, { library, rung, attempt });
      await options.recordCall(result.call);
      const { inputTokens, outputTokens, costUsd } = result.call;
      usage = addUsage(usage, { calls: 1, inputTokens, outputTokens, costUsd });
      throwIfInterrupted(request);
      const { outcome, call } = result;
      const detail = call.error ?? 'the provider gave no reason';
      if (result.timedOut)
        return { outcome: 'timed_out', detail: `no answer within ${options.timeoutMs} ms`, usage };
      if (outcome.kind === 'ok') {
        provenRung = rung;
        return replyOf(result, usage);
      }
      const verdict = judgeFailure(outcome);
      if (verdict === 'unusable') return { outcome: 'no_model', detail, usage };
      const weaker = verdict === 'unsupported' ? rungBelow(rung) : null;
      if (weaker !== null) {
        rung = weaker;
        continue;
      }
      counted += 1;
      const nowMs = options.wallClock.nowMs();
      const delayMs = retryDelayMs(counted, outcome, { policy, random: options.random, nowMs });
      if (verdict !== 'retry' || counted >= options.maxAttempts || delayMs === null)
        return { outcome: 'provider_failed', detail, usage };
      await sleepUnlessInterrupted(delayMs, request);
    }
  }

  return { name: options.model, ask };
}

/** Slow to load, so only a configured model that is really asked pays for it. */
async function loadLibrary(): Promise<Library | null> {
  try {
    return await import('@langchain/openai');
  } catch {
    return null;
  }
}

function replyOf({ text, refusal }: AttemptResult, usage: CallUsage): ModelReply {
  if (refusal !== null) return { outcome: 'refused', detail: refusal, usage };
  return { outcome: 'answered', text: text ?? '', usage };
}

async function sleepUnlessInterrupted(delayMs: number, request: ModelRequest): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal: request.signal });
  } catch {
    throwIfInterrupted(request);
  }
}
