/** What a model takes at the place where it is asked, and what is known of it: one table for the whole program. */
import type { EpochMs } from '#domain/time.ts';
import { bareName, factsOf, type ModelPrice, PRICE_SOURCES } from './model-table.ts';
import { RESPONSE_RUNGS, type ResponseRung } from './response-format.ts';

export const OPENAI_BASE_URL = 'https://api.openai.com/v1';

export type ProviderName = 'openai' | 'deepseek' | 'qwen' | 'openrouter' | 'ollama' | 'vllm' | 'unknown';

export interface ModelCapabilities {
  readonly provider: ProviderName;
  /** With its port, where it has one. */
  readonly host: string;
  /** How the shape of an answer is asked for, best first; what the provider is known to refuse is left out. */
  readonly rungs: readonly [ResponseRung, ...ResponseRung[]];
  readonly takesTemperature: boolean;
  readonly outputLimit: 'max_tokens' | 'max_completion_tokens';
  /** What it may think beyond its answer, counted as output; 0 for a model that does not think. */
  readonly thinkingTokens: number;
  /** Null leaves the provider's own. */
  readonly reasoningEffort: 'low' | null;
  readonly price: (ModelPrice & { readonly page: string; readonly readOn: string }) | null;
  readonly knowledgeCutoffMs: EpochMs | null;
  readonly contextTokens: number | null;
}

interface Provider {
  readonly name: ProviderName;
  isAt(url: URL): boolean;
  readonly refuses: readonly ResponseRung[];
}

/**
 * Read from each one's API pages in November 2026. `plain` is refused by nobody.
 * - DeepSeek answers 400 to json_schema, and to a forced tool call while its model thinks, which is its default.
 * - Qwen takes json_schema on a few models only.
 * - Ollama ignores `tool_choice`, so no call can be forced; it holds json_schema by grammar.
 * - vLLM holds json_schema and named tools by grammar. It and Ollama are known by their ports alone.
 */
const PROVIDERS: readonly Provider[] = [
  { name: 'openai', isAt: ({ hostname }) => isUnder(hostname, 'openai.com'), refuses: [] },
  {
    name: 'deepseek',
    isAt: ({ hostname }) => isUnder(hostname, 'deepseek.com'),
    refuses: ['json_schema', 'function_call'],
  },
  { name: 'qwen', isAt: ({ hostname }) => isUnder(hostname, 'aliyuncs.com'), refuses: ['json_schema'] },
  { name: 'openrouter', isAt: ({ hostname }) => isUnder(hostname, 'openrouter.ai'), refuses: [] },
  {
    name: 'ollama',
    isAt: ({ hostname, port }) => port === '11434' || isUnder(hostname, 'ollama.com'),
    refuses: ['function_call'],
  },
  { name: 'vllm', isAt: ({ port }) => port === '8000', refuses: [] },
];

/** Where a gateway hands on to a model's maker, the name says what that one refuses. */
const REFUSED_BY_NAME = /deepseek|moonshot|kimi|glm/;
/** Servers that hold a schema by themselves, whatever the model. */
const BY_GRAMMAR: ReadonlySet<ProviderName> = new Set(['ollama', 'vllm']);
/** OpenAI's thinking models: no temperature, and thoughts count as output. */
const OPENAI_THINKERS = /^(o\d|gpt-5(?!.*-chat))/;
const OTHER_THINKERS = /reasoner|thinking|deepseek-(v4|r1)|qwq|^qwen3(?!-max|.*instruct|.*coder)/;
const THINKING_TOKENS = 6_000;

/** `baseUrl`: null for OpenAI's own end point. */
export function capabilitiesOf(model: string, baseUrl: string | null): ModelCapabilities {
  const url = new URL(baseUrl ?? OPENAI_BASE_URL);
  const provider = PROVIDERS.find(({ isAt }) => isAt(url));
  const name = provider?.name ?? 'unknown';
  const bare = bareName(model);
  const facts = factsOf(model);
  const isOpenAiThinker = OPENAI_THINKERS.test(bare);
  const isOwn = facts !== null && facts.maker === name && !isBilledElsewise(url);
  return {
    provider: name,
    host: url.host,
    rungs: rungsOf(provider, bare),
    takesTemperature: !isOpenAiThinker,
    outputLimit: name === 'openai' || isOpenAiThinker ? 'max_completion_tokens' : 'max_tokens',
    thinkingTokens: isOpenAiThinker || OTHER_THINKERS.test(bare) ? THINKING_TOKENS : 0,
    reasoningEffort: name === 'openai' && isOpenAiThinker && !bare.includes('-pro') ? 'low' : null,
    price: isOwn && facts.price !== null ? { ...facts.price, ...PRICE_SOURCES[facts.maker] } : null,
    knowledgeCutoffMs: facts?.knowledgeCutoffMs ?? null,
    contextTokens: facts?.contextTokens ?? null,
  };
}

function rungsOf(provider: Provider | undefined, bare: string): ModelCapabilities['rungs'] {
  const refused = new Set<ResponseRung>(provider?.refuses);
  if (REFUSED_BY_NAME.test(bare) && !BY_GRAMMAR.has(provider?.name ?? 'unknown'))
    for (const rung of ['json_schema', 'function_call'] as const) refused.add(rung);
  const [first = 'plain', ...others] = RESPONSE_RUNGS.filter((rung) => !refused.has(rung));
  return [first, ...others];
}

/** Qwen in mainland China is billed in yuan and by another list. */
function isBilledElsewise({ hostname }: URL): boolean {
  return isUnder(hostname, 'aliyuncs.com') && !hostname.startsWith('dashscope-intl.');
}

function isUnder(hostname: string, domain: string): boolean {
  return hostname === domain || hostname.endsWith(`.${domain}`);
}

/** What a person set for this model counts before the table. */
export function priceOf(
  model: string,
  baseUrl: string | null,
  set: Pick<ModelPrice, 'inputUsdPerMillion' | 'outputUsdPerMillion'> | null,
): ModelPrice | null {
  return set === null ? capabilitiesOf(model, baseUrl).price : { cachedInputUsdPerMillion: null, ...set };
}

export interface TokensUsed {
  /** Of all input, the cached part included. */
  readonly inputTokens: number | null;
  readonly cachedInputTokens: number | null;
  /** Thoughts included. */
  readonly outputTokens: number | null;
}

/** Null where the price or the tokens are unknown. Input nobody tells to be cached costs in full. */
export function costUsdOf(
  price: ModelPrice | null,
  { inputTokens, cachedInputTokens, outputTokens }: TokensUsed,
): number | null {
  if (price === null || inputTokens === null || outputTokens === null) return null;
  const cached = Math.min(cachedInputTokens ?? 0, inputTokens);
  const cachedPrice = price.cachedInputUsdPerMillion ?? price.inputUsdPerMillion;
  const { inputUsdPerMillion, outputUsdPerMillion } = price;
  return (
    ((inputTokens - cached) * inputUsdPerMillion +
      cached * cachedPrice +
      outputTokens * outputUsdPerMillion) /
    1_000_000
  );
}
