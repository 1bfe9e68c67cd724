import type { AgentDesk } from '#agents/agent-desk.ts';
import type { Budget } from '#agents/budget.ts';
import { createAgentDesk } from '#agents/create-agent-desk.ts';
import { tieredModel } from '#agents/tiered-model.ts';
import type { PromptRepository } from '#db/repositories/prompts.ts';
import { AppError } from '#domain/errors.ts';
import { keepLatest } from '#domain/latest.ts';
import { type PromptSet, type PromptSource, storedPromptSet } from '#prompts/prompt-source.ts';
import type { LlmConfig } from '../config-model.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Models } from './models.ts';

/** The five agents over the configured model, or over their rules when there is none. */
export function createAgents(options: {
  readonly config: LlmConfig;
  readonly models: Pick<Models, 'usual' | 'cheaper'>;
  /** Null: no limit. */
  readonly budget: Budget | null;
  readonly prompts: Pick<PromptRepository, 'set'>;
  readonly metrics: Metrics;
  readonly logger: Pick<Logger, 'error'>;
}): AgentDesk {
  const { config, models, budget, metrics, logger } = options;
  const unusable = new Set<string>();
  const { usual, cheaper } = models;
  const stepsDown = budget === null || budget.usual.price === null || budget.cheaper?.price !== null;
  return createAgentDesk({
    model: usual === null ? null : tieredModel({ usual, cheaper, stepsDown }),
    ...{ prompts: storedPrompts(options.prompts), budget },
    questionWithinMs: config.timeoutMs,
    onAbstention(agent, reason, { promptSetId }) {
      metrics.abstentions.inc({ agent, reason });
      if (reason !== 'prompt_unusable' || unusable.has(promptSetId)) return;
      unusable.add(promptSetId);
      logger.error(
        { alert: 'prompt_unusable', promptSetId, agent },
        'a prompt cannot be used, so its agent decides by rules: vigil doctor names it, vigil prompts rollback goes back',
      );
    },
  });
}

/** The five agents by their rules, whatever model is configured. */
export function createRulesDesk(prompts: Pick<PromptRepository, 'set'>): AgentDesk {
  return createAgentDesk({ model: null, prompts: storedPrompts(prompts), budget: null });
}

/** Each fork and each save makes a set; more of them than these are not under way at a time. */
const MOST_SETS_KEPT = 32;

/** Sets never change under their id, so the newest are read and checked once. */
function storedPrompts(prompts: Pick<PromptRepository, 'set'>): PromptSource {
  const sets = keepLatest<string, PromptSet>(MOST_SETS_KEPT);
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
