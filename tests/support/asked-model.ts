/** A model at a scripted provider, and one plain question for it. */
import { createChatModel } from '#agents/model.ts';
import type { ChatModelOptions } from '#agents/model-options.ts';
import type { QuestionDeadline } from '#agents/question-deadline.ts';
import type { LlmCall } from '#domain/desk-event.ts';
import { seededRandom } from '#domain/ids.ts';
import type { ScriptedModel } from '#tests/support/scripted-model.ts';

export const KEY = 'test-key-0123456789';

export function harnessAt(server: ScriptedModel, over: Partial<ChatModelOptions> = {}) {
  const calls: LlmCall[] = [];
  let sequence = 0;
  const model = createChatModel({
    apiKey: KEY,
    baseUrl: server.baseUrl,
    model: 'scripted-1',
    timeoutMs: 5_000,
    maxAttempts: 3,
    recordCall: (call) => {
      calls.push(call);
    },
    priceOf: () => ({ inputUsdPerMillion: 2, cachedInputUsdPerMillion: 0.5, outputUsdPerMillion: 10 }),
    wallClock: { nowMs: () => 1_000 },
    ids: { next: (prefix) => `${prefix}_${++sequence}` },
    random: seededRandom(7),
    retry: { baseMs: 1, capMs: 20 },
    ...over,
  });
  const ask = (signal = new AbortController().signal, deadline?: QuestionDeadline) =>
    model.ask({
      ...(deadline && { deadline }),
      agent: 'scanner',
      runId: 'run_1',
      spanId: 'span_1',
      symbol: null,
      messages: [
        { role: 'system', content: 'You scan.' },
        { role: 'user', content: 'Nothing to scan.' },
      ],
      answerSchema: { type: 'object', properties: {}, required: [], additionalProperties: false },
      temperature: 0.1,
      maxOutputTokens: 300,
      signal,
    });
  return { ask, calls };
}
