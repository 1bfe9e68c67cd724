/** One attempt through @langchain/openai: its settings, its deadline, and its record. */
import type { LlmCall } from '#domain/desk-event.ts';
import type { ModelRequest } from './chat-model.ts';
import { hideKey, hideUrlSecrets } from './hide-key.ts';
import { capabilitiesOf, OPENAI_BASE_URL } from './model-capabilities.ts';
import type { ChatModelOptions } from './model-options.ts';
import { usedBy } from './model-usage.ts';
import { createWatchedFetch, type WireOutcome } from './model-wire.ts';
import { type ResponseRung, shapeSettings } from './response-format.ts';

/** Far longer than any answer can be; a body may be 8 MB. */
const MOST_STORED_LENGTH = 100_000;

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

interface Attempt {
  readonly library: Library;
  readonly rung: ResponseRung;
  /** From 1. */
  readonly attempt: number;
  /** Since the attempt before it. */
  readonly waitedMs: number;
  /** Of all attempts together. */
  readonly deadline: AbortSignal;
}

export async function attemptCompletion(
  options: ChatModelOptions,
  request: ModelRequest,
  { library, rung, attempt, waitedMs, deadline }: Attempt,
): Promise<AttemptResult> {
  const startedAtMs = options.wallClock.nowMs();
  const capabilities = capabilitiesOf(options.model, options.baseUrl);
  const signal = AbortSignal.any([request.signal, deadline]);
  const wire = createWatchedFetch();
  const failure = await send(options, request, { library, rung, signal, fetch: wire.fetch });
  const sent = wire.outcome() ?? {
    ...{ kind: 'unanswered', error: failure ?? 'no request was sent', isUnsent: true },
  };
  const hidden = (words: string) => hideKey(words, options.apiKey);
  const { outcome, text, refusal } = readReply(sent, hidden);
  const timedOut = deadline.aborted && outcome.kind === 'unanswered';
  const durationMs = Math.max(0, options.wallClock.nowMs() - startedAtMs);
  const error = outcome.kind === 'ok' ? refusal : hideUrlSecrets(hidden(outcome.error));
  const call: LlmCall = {
    callId: options.ids.next('call'),
    runId: request.runId,
    spanId: request.spanId,
    agent: request.agent,
    symbol: request.symbol,
    model: options.model,
    provider: capabilities.host,
    responseFormat: rung,
    waitedMs,
    answerAgeMs: null,
    attempt,
    status: statusOf(outcome, timedOut),
    httpStatus: outcome.kind === 'unanswered' ? null : outcome.httpStatus,
    startedAtMs,
    durationMs,
    ...usedBy(
      outcome,
      options.priceOf?.(options.model) ?? null,
      capabilities.provider,
      request.messages.reduce((sum, { content }) => sum + content.length, 0),
    ),
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    reply: clipped(text),
    error: clipped(error),
  };
  return { outcome, timedOut, text, refusal, call };
}

/**
 * Sends one request through the library; gives its complaint, null when there is none. What came of the request is
 * read at the wire: the library would throw away words that are not JSON, which a repair turn needs.
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
      ...settingsOf(options, request, attempt.rung),
      configuration: { baseURL: options.baseUrl ?? OPENAI_BASE_URL, fetch: attempt.fetch },
    });
    const shape = shapeSettings(attempt.rung, `${request.agent}_answer`, request.answerSchema);
    await chat.invoke(
      request.messages.map(({ role, content }): [string, string] => [role, content]),
      { signal: attempt.signal, ...shape },
    );
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The library names the limit by the model's name alone; where the table knows better, it is sent beside it. */
function settingsOf(options: ChatModelOptions, request: ModelRequest, rung: ResponseRung) {
  const { outputLimit, thinkingTokens, reasoningEffort, takesTemperature } = capabilitiesOf(
    options.model,
    options.baseUrl,
  );
  const limit = request.maxOutputTokens + thinkingTokens;
  const libraryNames = /^(o\d|gpt-5(?!-chat))/.test(options.model) ? 'max_completion_tokens' : 'max_tokens';
  const isTempered = request.temperature !== null && takesTemperature && rung !== 'plain';
  return {
    ...(isTempered && { temperature: request.temperature }),
    ...(libraryNames === outputLimit && { maxTokens: limit }),
    modelKwargs: {
      ...(libraryNames !== outputLimit && { [outputLimit]: limit }),
      ...(reasoningEffort !== null && { reasoning_effort: reasoningEffort }),
    },
  };
}

/** Whatever a provider sends that breaks the reading of it is an unreadable completion, never a failure of the run. */
function readReply(
  outcome: WireOutcome,
  hidden: (words: string) => string,
): Pick<AttemptResult, 'outcome' | 'text' | 'refusal'> {
  if (outcome.kind !== 'ok') return { outcome, text: null, refusal: null };
  try {
    const refusal = refusalIn(outcome);
    return { outcome, text: hidden(wordsIn(outcome)), refusal: refusal === null ? null : hidden(refusal) };
  } catch (cause) {
    const error = `the completion cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    const { httpStatus } = outcome;
    const retryAfter = { seconds: null, ms: null };
    return { outcome: { kind: 'invalid', httpStatus, error, retryAfter }, text: null, refusal: null };
  }
}

function clipped(words: string | null): string | null {
  if (words === null || words.length <= MOST_STORED_LENGTH) return words;
  return `${words.slice(0, MOST_STORED_LENGTH)}… [clipped: ${words.length} characters in all]`;
}

/** The answer's text: the arguments of the forced call, else what was said, whole or in parts; empty when there is none. */
function wordsIn({ completion }: Extract<WireOutcome, { kind: 'ok' }>): string {
  const message = completion.choices[0]?.message;
  const called = message?.tool_calls?.[0]?.function.arguments ?? '';
  if (typeof called !== 'string') return JSON.stringify(called);
  if (called.trim() !== '') return called;
  const content = message?.content;
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
