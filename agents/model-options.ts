import type { LlmCall } from '#domain/desk-event.ts';
import type { IdSource, RandomSource } from '#domain/ids.ts';
import type { Clock } from '#domain/time.ts';
import type { RetryPolicy } from './model-retry.ts';

export interface ModelPrice {
  readonly inputUsdPerMillion: number;
  readonly outputUsdPerMillion: number;
}

export interface ChatModelOptions {
  readonly apiKey: string;
  /** Null for OpenAI's own. */
  readonly baseUrl: string | null;
  readonly model: string;
  /** For one HTTP attempt, headers and body together. */
  readonly timeoutMs: number;
  /** HTTP attempts for one question; a step down to a weaker response format is not counted. */
  readonly maxAttempts: number;
  /** Stores one attempt. A failure to store is the caller's failure and is passed on. */
  recordCall(call: LlmCall): Promise<void> | void;
  /** Null where the price is unknown; then costs are unknown too. */
  readonly priceOf?: (model: string) => ModelPrice | null;
  readonly wallClock: Clock;
  readonly ids: IdSource;
  /** Spreads retries. */
  readonly random: RandomSource;
  readonly retry?: RetryPolicy;
}
