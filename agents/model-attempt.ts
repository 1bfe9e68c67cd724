/** One attempt through @langchain/openai: its settings, its deadline, and its record. */
import type { LlmCall } from '#domain/desk-event.ts';
import type { ModelRequest } from './chat-model.ts';
import { hideKey } from './hide-key.ts';
import type { ChatModelOptions, ModelPrice } from './model-options.ts';
import { createWatchedFetch, type WireOutcome } from './model-wire.ts';
import { type ResponseRung, responseFormat, takesTemperature } from './response-format.ts';

export type Library = Pick<typeof import('@langchain/openai'), 'ChatOpenAICompletions'>;

export interface AttemptResult {
  readonly outcome: WireOutcome;
  readonly timedOut: boolean;
  /** Null unless a completion came. */
  readonly text: string | null;
  /** The provider's or the model's refusal; null when there is none. */
  readonly refusal: string | null;
  readonly call: LlmCall;
}

export async function attemptCompletion(
  options: ChatModelOptions,
  request: ModelRequest,
  { library, rung, attempt }: { library: Library; rung: ResponseRung; attempt: number },
): Promise<AttemptResult> {
  const startedAtMs = options.wallClock.nowMs();
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([request.signal, deadline]);
  const wire = createWatchedFetch();
  const failure = await send(options, request, { library, rung, signal, fetch: wire.fetch });
  const outcome = wire.outcome() ?? { kind: 'unanswered', error: failure ?? 'no request was sent' };
  const hidden = (words: string | null) => (words === null ? null : hideKey(words, options.apiKey));
  const text = outcome.kind === 'ok' ? hidden(wordsIn(outcome)) : null;
  const refusal = outcome.kind === 'ok' ? hidden(refusalIn(outcome)) : null;
  const timedOut = deadline.aborted && outcome.kind === 'unanswered';
  const durationMs = Math.max(0, options.wallClock.nowMs() - startedAtMs);
  const error = outcome.kind === 'ok' ? refusal : hidden(outcome.error);
  const call: LlmCall = {
    callId: options.ids.next('call'),
    runId: request.runId,
    spanId: request.spanId,
    agent: request.agent,
    model: options.model,
    attempt,
    status: statusOf(outcome, timedOut),
    httpStatus: outcome.kind === 'unanswered' ? null : outcome.httpStatus,
    startedAtMs,
    durationMs,
    ...usageIn(outcome, options.priceOf?.(options.model) ?? null),
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    reply: text,
    error,
  };
  return { outcome, timedOut, text, refusal, call };
}

/**
 * Sends one request through the library; gives its complaint, null when there is none. What came of the request is
 * read at the wire: with `json_schema` the library parses the answer itself and throws away words that are not JSON,
 * which a repair turn needs.
 */
async function send(
  options: ChatModelOptions,
  request: ModelRequest,
  attempt: { library: Library; rung: ResponseRung; signal: AbortSignal; fetch: typeof globalThis.fetch },
): Promise<string | null> {
  try {
    const chat = new attempt.library.ChatOpenAICompletions({
      apiKey: options.apiKey,
      model: options.model,
      maxRetries: 0,
      maxTokens: request.maxOutputTokens,
      ...(request.temperature !== null && takesTemperature(options.model) && attempt.rung !== 'plain'
        ? { temperature: request.temperature }
        : {}),
      configuration: { baseURL: options.baseUrl ?? 'https://api.openai.com/v1', fetch: attempt.fetch },
    });
    const format = responseFormat(attempt.rung, `${request.agent}_answer`, request.answerSchema);
    await chat.invoke(
      request.messages.map(({ role, content }): [string, string] => [role, content]),
      { signal: attempt.signal, ...(format === undefined ? {} : { response_format: format }) },
    );
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The answer's text, whether it came whole or in parts; empty when there is none. */
function wordsIn({ completion }: Extract<WireOutcome, { kind: 'ok' }>): string {
  const content = completion.choices[0]?.message.content;
  if (!Array.isArray(content)) return content ?? '';
  return content.map(({ text }) => text ?? '').join('');
}

function refusalIn({ completion }: Extract<WireOutcome, { kind: 'ok' }>): string | null {
  const choice = completion.choices[0];
  if (choice?.message.refusal) return choice.message.refusal;
  return choice?.finish_reason === 'content_filter' ? 'the provider filtered the answer' : null;
}

function statusOf(outcome: WireOutcome, timedOut: boolean): LlmCall['status'] {
  if (timedOut) return 'timed_out';
  return outcome.kind === 'unanswered' ? 'network_error' : outcome.kind;
}

function usageIn(
  outcome: WireOutcome,
  price: ModelPrice | null,
): Pick<LlmCall, 'inputTokens' | 'outputTokens' | 'costUsd'> {
  // A request refused with 4xx reached no model. Behind a 5xx one may have worked: what it used is unknown.
  if (outcome.kind === 'http_error' && outcome.httpStatus < 500)
    return { inputTokens: 0, outputTokens: 0, costUsd: 0 };
  const usage = outcome.kind === 'ok' ? outcome.completion.usage : null;
  const inputTokens = usage?.prompt_tokens ?? null;
  const outputTokens = usage?.completion_tokens ?? null;
  const isPriced = price !== null && inputTokens !== null && outputTokens !== null;
  const costUsd = isPriced
    ? (inputTokens * price.inputUsdPerMillion + outputTokens * price.outputUsdPerMillion) / 1_000_000
    : null;
  return { inputTokens, outputTokens, costUsd };
}
