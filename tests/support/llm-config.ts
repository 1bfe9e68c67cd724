import type { LlmConfig } from '#server/config-model.ts';

/** A model at OpenAI without anything special; a test overrides what it is about. */
export function llmConfig(change: Partial<LlmConfig> = {}): LlmConfig {
  return {
    apiKey: 'a-key',
    baseUrl: null,
    model: 'scripted-1',
    savingModel: null,
    fallback: null,
    timeoutMs: 30_000,
    whenDown: 'no_new_risk',
    mode: 'premium',
    budgetUsdPerDay: 5,
    budgetUsdPerCycle: 0.5,
    cacheMs: 0,
    price: null,
    knowledgeCutoffMs: null,
    ...change,
  };
}
