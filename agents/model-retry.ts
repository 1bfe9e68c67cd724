/** Whether another attempt at the provider is worth it, and when. The only retry layer above the wire. */
import type { RandomSource } from '#domain/ids.ts';
import type { EpochMs } from '#domain/time.ts';
import type { RetryAfter, WireOutcome } from './model-wire.ts';

export interface RetryPolicy {
  /** Wait before the second attempt; it doubles with each one after. */
  readonly baseMs: number;
  /** The longest wait. A provider that asks for more is not waited for. */
  readonly capMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { baseMs: 500, capMs: 8_000 };

/** Statuses after which the same request may succeed. */
const RETRYABLE_STATUS = new Set([408, 409, 425, 429]);
/** Key refused, no credit, no such model, or all of it moved elsewhere (3xx): no later request can succeed either. */
const UNUSABLE_STATUS = new Set([401, 402, 403, 404]);
/** What providers answer to a response format or a setting they do not know. */
const UNSUPPORTED_STATUS = new Set([400, 415, 422]);

export type WireVerdict = 'retry' | 'unusable' | 'unsupported' | 'failed';

export function judgeFailure(outcome: Exclude<WireOutcome, { kind: 'ok' }>): WireVerdict {
  if (outcome.kind !== 'http_error') return 'retry';
  const { httpStatus } = outcome;
  if (httpStatus >= 500 || RETRYABLE_STATUS.has(httpStatus)) return 'retry';
  if (UNUSABLE_STATUS.has(httpStatus) || (httpStatus >= 300 && httpStatus < 400)) return 'unusable';
  return UNSUPPORTED_STATUS.has(httpStatus) ? 'unsupported' : 'failed';
}

/** What to wait after attempt number `attempt` (from 1); too long is what the provider asks for and nobody waits for. */
export function retryDelay(
  attempt: number,
  outcome: WireOutcome,
  { policy, random, nowMs }: { policy: RetryPolicy; random: RandomSource; nowMs: EpochMs },
): { readonly delayMs: number; readonly isTooLong: boolean } {
  const asked = 'retryAfter' in outcome ? askedDelayMs(outcome.retryAfter, nowMs) : null;
  if (asked !== null) return { delayMs: asked, isTooLong: asked > policy.capMs };
  const ceilingMs = Math.min(policy.capMs, policy.baseMs * 2 ** (attempt - 1));
  return { delayMs: ceilingMs * (0.5 + random.next() / 2), isTooLong: false };
}

/** Reads `retry-after-ms`, then `Retry-After` as seconds or as a date; null when neither can be read. */
function askedDelayMs({ seconds, ms }: RetryAfter, nowMs: EpochMs): number | null {
  if (ms !== null && Number.isFinite(Number(ms))) return Math.max(0, Number(ms));
  if (seconds === null) return null;
  if (Number.isFinite(Number(seconds))) return Math.max(0, Number(seconds) * 1_000);
  const atMs = Date.parse(seconds);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}
