/** What one attempt used and cost, as its provider tells it. Unknown is null, never zero. */
import type { LlmCall } from '#domain/desk-event.ts';
import { costUsdOf, type ModelCapabilities } from './model-capabilities.ts';
import type { ModelPrice } from './model-table.ts';
import type { WireOutcome } from './model-wire.ts';

/** No text takes so few: prose has about four. */
const MOST_CHARACTERS_PER_TOKEN = 1_000;

export type CallUsed = Pick<
  LlmCall,
  | 'inputTokens'
  | 'outputTokens'
  | 'cachedInputTokens'
  | 'reasoningTokens'
  | 'inputUsdPerMillion'
  | 'outputUsdPerMillion'
  | 'costUsd'
>;

export function usedBy(
  outcome: WireOutcome,
  price: ModelPrice | null,
  provider: ModelCapabilities['provider'],
  /** Of all messages sent. */
  promptLength: number,
): CallUsed {
  const prices = {
    inputUsdPerMillion: price?.inputUsdPerMillion ?? null,
    outputUsdPerMillion: price?.outputUsdPerMillion ?? null,
  };
  if (reachedNoModel(outcome))
    return {
      ...prices,
      inputTokens: 0,
      outputTokens: 0,
      cachedInputTokens: 0,
      reasoningTokens: 0,
      costUsd: 0,
    };
  const told = outcome.kind === 'ok' ? outcome.completion.usage : null;
  // Of 0 tokens for a whole prompt every call would be free, and no budget would ever be spent.
  const isTooLittle =
    told?.prompt_tokens != null && told.prompt_tokens * MOST_CHARACTERS_PER_TOKEN < promptLength;
  const usage = isTooLittle ? null : told;
  const tokens = {
    inputTokens: usage?.prompt_tokens ?? null,
    outputTokens: usage?.completion_tokens ?? null,
    // DeepSeek tells its cache in a field of its own.
    cachedInputTokens: usage?.prompt_tokens_details?.cached_tokens ?? usage?.prompt_cache_hit_tokens ?? null,
    reasoningTokens: usage?.completion_tokens_details?.reasoning_tokens ?? null,
  };
  // OpenRouter tells what it charged, which no table knows better. Elsewhere such a field may mean anything.
  const charged = provider === 'openrouter' ? (usage?.cost ?? null) : null;
  return { ...prices, ...tokens, costUsd: charged ?? costUsdOf(price, tokens) };
}

/** A request that was never sent, or was refused with 4xx. Behind a 5xx a model may have worked: what it used is unknown. */
function reachedNoModel(outcome: WireOutcome): boolean {
  if (outcome.kind === 'unanswered') return outcome.isUnsent;
  return outcome.kind === 'http_error' && outcome.httpStatus < 500;
}
