/**
 * What is published of models by name: prices at their maker's own end point, knowledge cut-off, context length.
 * Prices are those of the standard tier for short prompts. A model that is not here is unknown, never free.
 */
import type { EpochMs } from '#domain/time.ts';

export interface ModelPrice {
  readonly inputUsdPerMillion: number;
  /** Of input the provider has read before; null where it is not known, and then it costs what input costs. */
  readonly cachedInputUsdPerMillion: number | null;
  readonly outputUsdPerMillion: number;
}

export interface ModelFacts {
  /** Matched against the name without its vendor, in lower case. */
  readonly name: RegExp;
  readonly maker: 'openai' | 'deepseek' | 'qwen';
  readonly price: ModelPrice | null;
  /** Null where its maker tells none. */
  readonly knowledgeCutoffMs: EpochMs | null;
  readonly contextTokens: number | null;
}

/** Where and when the prices were read; through stored copies of these pages. */
export const PRICE_SOURCES = {
  openai: { page: 'https://developers.openai.com/api/docs/pricing', readOn: '2026-06-21' },
  deepseek: { page: 'https://api-docs.deepseek.com/quick_start/pricing', readOn: '2026-07-04' },
  qwen: { page: 'https://www.alibabacloud.com/help/en/model-studio/model-pricing', readOn: '2026-03-18' },
} as const;

const usd = (input: number, cachedInput: number | null, output: number): ModelPrice => ({
  inputUsdPerMillion: input,
  cachedInputUsdPerMillion: cachedInput,
  outputUsdPerMillion: output,
});

const until = (year: number, month: number, day: number): EpochMs => Date.UTC(year, month - 1, day);

/** A dated snapshot, such as `-2025-04-14`, is the same model. */
const named = (name: string): RegExp => new RegExp(`^${name}(-\\d{4}-\\d{2}-\\d{2})?$`);

const MILLION = 1_047_576;

/** Cut-offs and context lengths: https://developers.openai.com/api/docs/models, one page for each model, June 2026. */
const MODEL_FACTS: readonly ModelFacts[] = [
  openai('gpt-4\\.1', usd(2, 0.5, 8), until(2024, 6, 1), MILLION),
  openai('gpt-4\\.1-mini', usd(0.4, 0.1, 1.6), until(2024, 6, 1), MILLION),
  openai('gpt-4\\.1-nano', usd(0.1, 0.025, 0.4), until(2024, 6, 1), MILLION),
  openai('gpt-4o', usd(2.5, 1.25, 10), until(2023, 10, 1), 128_000),
  openai('gpt-4o-mini', usd(0.15, 0.075, 0.6), until(2023, 10, 1), 128_000),
  openai('gpt-5', usd(1.25, 0.125, 10), until(2024, 9, 30), 400_000),
  openai('gpt-5-mini', usd(0.25, 0.025, 2), until(2024, 5, 31), 400_000),
  openai('gpt-5-nano', usd(0.05, 0.005, 0.4), until(2024, 5, 31), 400_000),
  openai('gpt-5\\.1', usd(1.25, 0.125, 10), until(2024, 9, 30), 400_000),
  openai('gpt-5\\.2', usd(1.75, 0.175, 14), until(2025, 8, 31), 400_000),
  openai('gpt-5\\.4', usd(2.5, 0.25, 15), until(2025, 8, 31), null),
  openai('o3', usd(2, 0.5, 8), until(2024, 6, 1), 200_000),
  openai('o3-mini', usd(1.1, 0.55, 4.4), until(2023, 10, 1), 200_000),
  openai('o4-mini', usd(1.1, 0.275, 4.4), until(2024, 6, 1), 200_000),
  // DeepSeek's own end point has let `deepseek-chat` and `deepseek-reasoner` go on 2026-07-24; it tells no cut-off.
  { ...deepseek('v4-flash'), price: usd(0.14, 0.0028, 0.28) },
  { ...deepseek('v4-pro'), price: usd(0.435, 0.003625, 0.87) },
  // Of the international end point, without thinking; the one in Beijing bills in yuan.
  { ...qwen('qwen-plus'), price: usd(0.4, null, 1.2), contextTokens: 1_000_000 },
  { ...qwen('qwen-flash'), price: usd(0.05, null, 0.4), contextTokens: 1_000_000 },
  { ...qwen('qwen3-max'), price: usd(1.2, null, 6), contextTokens: 262_144 },
];

function openai(
  name: string,
  price: ModelPrice,
  knowledgeCutoffMs: EpochMs,
  contextTokens: number | null,
): ModelFacts {
  return { name: named(name), maker: 'openai', price, knowledgeCutoffMs, contextTokens };
}

function deepseek(name: string): Omit<ModelFacts, 'price'> {
  return {
    name: named(`deepseek-${name}`),
    maker: 'deepseek',
    knowledgeCutoffMs: null,
    contextTokens: 1_000_000,
  };
}

function qwen(name: string): Omit<ModelFacts, 'price' | 'contextTokens'> {
  return { name: new RegExp(`^${name}(-latest)?$`), maker: 'qwen', knowledgeCutoffMs: null };
}

/** Null for a model nothing is known of. `vendor/name` of a gateway, and a tag as in `name:free`, name the same model. */
export function factsOf(model: string): ModelFacts | null {
  const bare = bareName(model);
  return MODEL_FACTS.find(({ name }) => name.test(bare)) ?? null;
}

/** The name without its vendor and tag, in lower case. */
export function bareName(model: string): string {
  const ownName = model.slice(model.lastIndexOf('/') + 1).toLowerCase();
  return ownName.split(':')[0] ?? ownName;
}
