import type { AgentDesk } from '#agents/agent-desk.ts';
import { createAgentDesk } from '#agents/create-agent-desk.ts';
import { createChatModel } from '#agents/model.ts';
import type { LlmCallRepository } from '#db/repositories/llm-calls.ts';
import type { PromptRepository } from '#db/repositories/prompts.ts';
import { AppError } from '#domain/errors.ts';
import type { IdSource } from '#domain/ids.ts';
import { type Clock, DAY_MS } from '#domain/time.ts';
import { type PromptSet, type PromptSource, storedPromptSet } from '#prompts/prompt-source.ts';
import type { LlmConfig } from '../config.ts';
import type { Metrics } from '../telemetry/metrics.ts';

const ATTEMPT_TIMEOUT_MS = 30_000;
const MAX_ATTEMPTS = 3;

/** The five agents over the configured model, or over their rules when there is none. */
export function createAgents(options: {
  readonly config: LlmConfig;
  readonly prompts: Pick<PromptRepository, 'set'>;
  readonly calls: Pick<LlmCallRepository, 'add' | 'costSince'>;
  readonly wallClock: Clock;
  readonly ids: IdSource;
  readonly metrics: Metrics;
}): AgentDesk {
  const { config, calls, wallClock, ids, metrics } = options;
  const model = isModelConfigured(config)
    ? createChatModel({
        apiKey: config.apiKey ?? 'none',
        baseUrl: config.baseUrl,
        model: config.model,
        timeoutMs: ATTEMPT_TIMEOUT_MS,
        maxAttempts: MAX_ATTEMPTS,
        priceOf: () => config.price,
        wallClock,
        ids,
        random: { next: Math.random },
        async recordCall(call) {
          metrics.llmCalls.inc({ agent: call.agent, status: call.status });
          if (call.costUsd !== null) metrics.llmCostUsd.inc({ agent: call.agent }, call.costUsd);
          await calls.add(call);
        },
      })
    : null;
  const budget = {
    limitUsdPerDay: config.budgetUsdPerDay,
    spentTodayUsd: () => calls.costSince(wallClock.nowMs() - (wallClock.nowMs() % DAY_MS)),
  };
  return createAgentDesk({
    ...{ model, prompts: storedPrompts(options.prompts), budget, wallClock },
    onAbstention: (agent, reason) => metrics.abstentions.inc({ agent, reason }),
  });
}

/** A key, or a base URL of a server that wants none (a local model). */
export function isModelConfigured({ apiKey, baseUrl }: LlmConfig): boolean {
  return apiKey !== null || baseUrl !== null;
}

/** Sets never change under their id, so each is read and checked once. */
function storedPrompts(prompts: Pick<PromptRepository, 'set'>): PromptSource {
  const sets = new Map<string, PromptSet>();
  return {
    async set(promptSetId) {
      const known = sets.get(promptSetId);
      if (known) return known;
      const stored = await prompts.set(promptSetId);
      if (stored === null)
        throw new AppError('not_found', `prompt set ${promptSetId} is not in the database`);
      const set = storedPromptSet(promptSetId, stored.prompts);
      sets.set(promptSetId, set);
      return set;
    },
  };
}
