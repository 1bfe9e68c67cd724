/**
 * One HTTP attempt at a chat completion, watched at the wire. The library above sees only sound completions and
 * honest errors: a 200 that carries an error, a page or no choices becomes a 502 with the provider's words. The whole
 * body is read here, under the signal of the attempt, because the library's own timeout ends with the headers.
 */
import { z } from 'zod';

export type WireOutcome =
  | { readonly kind: 'unanswered'; readonly error: string }
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

/** What we read of a completion ourselves. Absent usage is unknown, never zero. */
export const Completion = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({
          content: z.union([z.string(), z.array(z.object({ text: z.string().nullish() }))]).nullish(),
          refusal: z.string().nullish(),
        }),
        finish_reason: z.string().nullish(),
      }),
    )
    .min(1),
  usage: z
    .object({
      prompt_tokens: z.number().int().nonnegative().nullish(),
      completion_tokens: z.number().int().nonnegative().nullish(),
    })
    .nullish(),
});
export type Completion = z.infer<typeof Completion>;

const MAX_ERROR_LENGTH = 1_000;

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
        const response = await globalThis.fetch(input, init);
        const text = await response.text();
        outcome = judge(response, text);
        const status = outcome.kind === 'invalid' ? 502 : response.status;
        const body = outcome.kind === 'ok' ? text : JSON.stringify({ error: { message: outcome.error } });
        return new Response(body, { status, headers: { 'content-type': 'application/json' } });
      } catch (error) {
        outcome = { kind: 'unanswered', error: reasonOf(error) };
        throw error;
      }
    },
  };
}

function judge(response: Response, text: string): WireOutcome {
  const httpStatus = response.status;
  const retryAfter = {
    seconds: response.headers.get('retry-after'),
    ms: response.headers.get('retry-after-ms'),
  };
  const error = text.trim().slice(0, MAX_ERROR_LENGTH) || 'an empty body';
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

/** The innermost cause says what happened: `fetch failed` alone says nothing. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : reasonOf(error.cause);
}
