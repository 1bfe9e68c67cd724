/** The model a draft is tried with: the configured one, or another of the same provider. Nothing it says is kept for runs. */
import type { Budget } from '#agents/budget.ts';
import type { ChatModel } from '#agents/chat-model.ts';
import { meteredModel } from '#agents/metered-model.ts';
import { createChatModel } from '#agents/model.ts';
import { capabilitiesOf, priceOf } from '#agents/model-capabilities.ts';
import { shortfallWords } from '#agents/plan-spending.ts';
import type { LlmCallRepository } from '#db/repositories/llm-calls.ts';
import type { IdSource } from '#domain/ids.ts';
import { shortfallOf } from '#domain/spending-limits.ts';
import type { Clock } from '#domain/time.ts';
import type { LlmConfig } from '../config-model.ts';
import { isModelConfigured } from '../engine/models.ts';
import type { AbsentModel } from './captured-model.ts';

export interface TrialModelOptions {
  readonly config: LlmConfig;
  readonly calls: Pick<LlmCallRepository, 'add'>;
  readonly budget: Budget;
  readonly wallClock: Clock;
  readonly ids: IdSource;
}

/** A person waits for it: what fails twice is told. */
const MAX_ATTEMPTS = 2;

/** Its calls are recorded and paid like any other, so they count into the day's budget, which is looked at first. */
export async function trialModel(
  { config, calls, budget, wallClock, ids }: TrialModelOptions,
  name: string = config.model,
): Promise<ChatModel | AbsentModel> {
  if (!isModelConfigured(config)) return { absentBecause: 'no model is configured' };
  const { purse } = budget;
  if ((await budget.mode()) === 'free') return { absentBecause: 'the mode is free: nobody is asked' };
  const committed = { ...(await purse.committed('trial')), cycleUsd: 0 };
  const short = shortfallOf(committed, null, purse.limits);
  if (short !== null) return { absentBecause: `the budget is spent: ${shortfallWords(short)}` };
  const { apiKey, baseUrl, timeoutMs } = config;
  const price = priceOf(name, baseUrl, name === config.model ? config.price : null);
  const model = createChatModel({
    ...{ apiKey: apiKey ?? 'none', baseUrl, model: name, timeoutMs, maxAttempts: MAX_ATTEMPTS },
    priceOf: () => price,
    ...{ wallClock, ids, random: { next: Math.random } },
    recordCall: (call) => calls.add(call),
  });
  const { thinkingTokens } = capabilitiesOf(name, baseUrl);
  return meteredModel(model, { purse, price, thinkingTokens });
}
