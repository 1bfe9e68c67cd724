/**
 * One HTTP attempt at a chat completion, watched at the wire. The library above sees that an answer came, and
 * honest errors: a 200 that carries an error, a page or no choices becomes a 502 with the provider's words. The whole
 * body is read here, under the signal of the attempt, because the library's own timeout ends with the headers.
 */
import { z } from 'zod';

export type WireOutcome =
  | {
      readonly kind: 'unanswered';
      readonly error: string;
      /** No connection came about, so that nobody can have worked on it. */
      readonly isUnsent: boolean;
    }
  | {
      readonly kind: 'http_error' | 'invalid';
      readonly httpStatus: number;
      readonly error: string;
      readonly retryAfter: RetryAfter;
    }
  | { readonly kind: 'ok'; readonly httpStatus: number; readonly completion: Completion };

export interface RetryAfter {
  /** The headers as sent; null when absent. */
  readonly seconds: string | null;
  readonly ms: string | null;
}

/** More than any one request can use or cost: a count that senseless is unknown, like one that is absent. */
const MOST_TOKENS = 10_000_000;
const MOST_USD = 1_000;
const Count = z.number().int().nonnegative().max(MOST_TOKENS).nullish().catch(null);

/** What we read of a completion ourselves. Absent usage is unknown, never zero. */
export const Completion = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({
          content: z.union([z.string(), z.array(z.object({ text: z.string().nullish() }))]).nullish(),
          refusal: z.string().nullish(),
          tool_calls: z
            .array(
              z.object({
                // Some local servers give the arguments as the object itself.
                function: z.object({
                  arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
                }),
              }),
            )
            .nullish()
            .catch(null),
        }),
        finish_reason: z.string().nullish(),
      }),
    )
    .min(1),
  usage: z
    .object({
      prompt_tokens: Count,
      completion_tokens: Count,
      prompt_tokens_details: z.object({ cached_tokens: Count }).nullish().catch(null),
      completion_tokens_details: z.object({ reasoning_tokens: Count }).nullish().catch(null),
      prompt_cache_hit_tokens: Count,
      cost: z.number().nonnegative().max(MOST_USD).nullish().catch(null),
    })
    .nullish()
    // A sound answer with senseless numbers beside it is still an answer, whose use is unknown.
    .catch(null),
});
export type Completion = z.infer<typeof Completion>;

const MAX_ERROR_LENGTH = 1_000;
const MAX_BODY_BYTES = 8 * 1_024 * 1_024;

/** What the library gets of a sound answer: it would parse the answer itself, and warn or throw at words we can use. */
const QUIET = JSON.stringify({
  id: 'read-at-the-wire',
  object: 'chat.completion',
  created: 0,
  model: 'read-at-the-wire',
  choices: [{ index: 0, message: { role: 'assistant', content: '{}' }, finish_reason: 'stop' }],
});

export interface WatchedFetch {
  readonly fetch: typeof globalThis.fetch;
  /** Null while nothing was sent. */
  outcome(): WireOutcome | null;
}

export function createWatchedFetch(): WatchedFetch {
  let outcome: WireOutcome | null = null;
  return {
    outcome: () => outcome,
    async fetch(input, init) {
      try {
        // A redirect would take the prompt to an address that nobody configured.
        const response = await globalThis.fetch(input, { ...init, redirect: 'manual' });
        const text = await readText(response);
        outcome = judge(response, text);
        const status = outcome.kind === 'invalid' ? 502 : response.status;
        const body = outcome.kind === 'ok' ? QUIET : JSON.stringify({ error: { message: outcome.error } });
        return new Response(body, { status, headers: { 'content-type': 'application/json' } });
      } catch (error) {
        outcome = { kind: 'unanswered', error: reasonOf(error), isUnsent: isUnsent(error) };
        throw error;
      }
    },
  };
}

/** @throws Error when the body is longer than any answer */
async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let read = 0;
  for await (const chunk of response.body ?? []) {
    read += chunk.byteLength;
    if (read > MAX_BODY_BYTES) throw new Error(`the body is longer than ${MAX_BODY_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function judge(response: Response, text: string): WireOutcome {
  const httpStatus = response.status;
  const retryAfter = {
    seconds: response.headers.get('retry-after'),
    ms: response.headers.get('retry-after-ms'),
  };
  const moved = response.headers.get('location');
  const words = moved === null ? text.trim() : `it redirects to ${moved}, which is not followed`;
  const error = words.slice(0, MAX_ERROR_LENGTH) || 'an empty body';
  if (!response.ok) return { kind: 'http_error', httpStatus, error, retryAfter };
  const completion = Completion.safeParse(readJson(text));
  if (!completion.success) return { kind: 'invalid', httpStatus, error, retryAfter };
  return { kind: 'ok', httpStatus, completion: completion.data };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Codes of Node and of its `fetch` for a connection that never was. */
const UNCONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function isUnsent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && UNCONNECTED.has(String(error.code))) || isUnsent(error.cause);
}

/** The innermost cause says what happened: `fetch failed` alone says nothing. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : reasonOf(error.cause);
}
