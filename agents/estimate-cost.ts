/** What a call will cost at most, told before it goes out. */
import type { ModelRequest } from './chat-model.ts';
import type { ModelPrice } from './model-table.ts';
import type { PricedModel } from './priced-model.ts';

/**
 * English prose has about four characters to a token, our tables of numbers about two and a half (o200k_base, read
 * 2026-11). The lower one, so that an estimate errs towards too much.
 */
const CHARACTERS_PER_TOKEN = 2.5;

/** Null where the price is unknown. All that may be thought and said is taken to be. */
export function estimateUsd(
  {
    messages,
    answerSchema,
    maxOutputTokens,
  }: Pick<ModelRequest, 'messages' | 'answerSchema' | 'maxOutputTokens'>,
  { price, thinkingTokens = 0 }: PricedModel,
): number | null {
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0);
  return costUsd(
    {
      inputTokens: (characters + JSON.stringify(answerSchema).length) / CHARACTERS_PER_TOKEN,
      outputTokens: maxOutputTokens + thinkingTokens,
    },
    price,
  );
}

export function costUsd(
  { inputTokens, outputTokens }: { readonly inputTokens: number; readonly outputTokens: number },
  price: ModelPrice | null,
): number | null {
  if (price === null) return null;
  return (inputTokens * price.inputUsdPerMillion + outputTokens * price.outputUsdPerMillion) / 1_000_000;
}
