import type { LlmCall } from '#domain/desk-event.ts';
import type { IdSource, RandomSource } from '#domain/ids.ts';
import type { Clock } from '#domain/time.ts';
import type { RetryPolicy } from './model-retry.ts';
import type { ModelPrice } from './model-table.ts';

export interface ChatModelOptions {
  readonly apiKey: string;
  /** Null for OpenAI's own. */
  readonly baseUrl: string | null;
  readonly model: string;
  /** For one `ask` with all its attempts and the waits between them; headers and body together. */
  readonly timeoutMs: number;
  /** HTTP attempts for one question; a step down to a weaker response format is not counted. */
  readonly maxAttempts: number;
  /**
   * Stores one attempt. Where that fails the answer is not used and what it cost is unknown, so that its share of the money
   * stays set aside; the agent's rules decide, since a row that cannot be stored must not keep a cycle from its closes.
   */
  recordCall(call: LlmCall): Promise<void> | void;
  /** Told of an attempt that could not be stored; must not throw. */
  readonly onUnstored?: (call: LlmCall, error: unknown) => void;
  /** Null where the price is unknown; then costs are unknown too. */
  readonly priceOf?: (model: string) => ModelPrice | null;
  readonly wallClock: Clock;
  readonly ids: IdSource;
  /** Spreads retries. */
  readonly random: RandomSource;
  readonly retry?: RetryPolicy;
}
