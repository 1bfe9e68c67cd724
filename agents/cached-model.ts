/**
 * A model whose sound answers are given again to the very same request. The key holds everything the answer depends on:
 * the messages with the prompt's own words in them, the settings, the shape and the model. What is kept, the agent says,
 * once the answer has been read and checked: a bad one is never repeated.
 */
import { createHash } from 'node:crypto';
import type { LlmCall } from '#domain/desk-event.ts';
import type { IdSource } from '#domain/ids.ts';
import type { Clock, EpochMs } from '#domain/time.ts';
import { type ChatModel, type ModelRequest, NO_USAGE, throwIfInterrupted } from './chat-model.ts';

export interface KeptAnswer {
  readonly reply: string;
  readonly createdAtMs: EpochMs;
}

export interface NewAnswer extends KeptAnswer {
  readonly sha256: string;
  readonly model: string;
  /** What it cost when it was given; null is unknown. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly costUsd: number | null;
}

export interface AnswerCache {
  /** Null where there is none that was given since then. */
  find(sha256: string, sinceMs: EpochMs): Promise<KeptAnswer | null>;
  keep(answer: NewAnswer): Promise<void>;
}

export interface CachedModelOptions {
  readonly cache: AnswerCache;
  /** 0: no answer is taken again. */
  readonly maxAgeMs: number;
  /** What else an answer depends on: where the model is asked, and the version of the code that checks its answers. */
  readonly keyedBy: readonly string[];
  recordCall(call: LlmCall): Promise<void> | void;
  readonly wallClock: Clock;
  readonly ids: IdSource;
}

export function cachedModel(model: ChatModel, options: CachedModelOptions): ChatModel {
  const { cache, maxAgeMs, keyedBy, recordCall, wallClock, ids } = options;
  if (maxAgeMs === 0) return model;
  return {
    name: model.name,
    downtime: () => model.downtime?.() ?? null,
    async ask(request) {
      throwIfInterrupted(request);
      const sha256 = answerKey(request, [model.name, ...keyedBy]);
      const startedAtMs = wallClock.nowMs();
      const kept = await cache.find(sha256, startedAtMs - maxAgeMs);
      if (kept !== null) {
        const callId = ids.next('call');
        await recordCall(cachedCall(request, kept, { callId, model: model.name, startedAtMs }));
        return { outcome: 'answered', text: kept.reply, usage: NO_USAGE };
      }
      const reply = await model.ask(request);
      if (reply.outcome !== 'answered') return reply;
      const { inputTokens, outputTokens, costUsd } = reply.usage;
      const keep = () =>
        cache.keep({
          ...{ sha256, model: model.name, reply: reply.text, createdAtMs: wallClock.nowMs() },
          ...{ inputTokens, outputTokens, costUsd },
        });
      return { ...reply, keep };
    },
  };
}

function answerKey(
  { messages, answerSchema, temperature, maxOutputTokens }: ModelRequest,
  keyedBy: readonly string[],
): string {
  const words = messages.map(({ role, content }) => [role, content]);
  const content = JSON.stringify([keyedBy, temperature, maxOutputTokens, answerSchema, words]);
  return createHash('sha256').update(content).digest('hex');
}

function cachedCall(
  { agent, runId, spanId, symbol, messages }: ModelRequest,
  { reply, createdAtMs }: KeptAnswer,
  call: Pick<LlmCall, 'callId' | 'model' | 'startedAtMs'>,
): LlmCall {
  return {
    ...call,
    ...{ agent, runId, spanId, symbol, reply },
    status: 'cached',
    answerAgeMs: Math.max(0, call.startedAtMs - createdAtMs),
    ...{ attempt: 1, durationMs: 0, waitedMs: 0, httpStatus: null, provider: null, responseFormat: null },
    ...{ inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0, costUsd: 0 },
    ...{ inputUsdPerMillion: null, outputUsdPerMillion: null, error: null },
    messages: messages.map(({ role, content }) => ({ role, content })),
  };
}
