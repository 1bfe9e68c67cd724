/** Everybody who decides in this process: the desk of the configured models, the rules alone, and who is on trial. */
import type { AgentDesk } from '#agents/agent-desk.ts';
import type { Budget } from '#agents/budget.ts';
import type { LlmConfig } from '../config-model.ts';
import type { Rows } from '../repositories.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { createAgents, createRulesDesk } from './agents.ts';
import { agentsByModel } from './agents-by-model.ts';
import { type Models, type ModelsOptions, openModels } from './models.ts';
import { openSpending } from './spending.ts';

export interface OpenAgents {
  readonly models: Models;
  readonly budget: Budget;
  readonly agents: AgentDesk;
  readonly rules: AgentDesk;
  /** Those of a fork or a shadow; null is the rules alone. */
  readonly agentsOf: (model: string | null) => AgentDesk;
}

type Options = Pick<
  ModelsOptions,
  'config' | 'wallClock' | 'restClock' | 'ids' | 'onChange' | 'onUnstored'
> & {
  readonly rows: Pick<Rows, 'answers' | 'calls' | 'prompts' | 'spending' | 'spendingSwitch'>;
  readonly metrics: Metrics;
  readonly logger: Pick<Logger, 'error'>;
};

export function openAgents({ onChange, ...options }: Options): OpenAgents {
  const { config, rows, metrics } = options;
  const { models, budget, agents } = openDesk({ ...options, ...(onChange && { onChange }) });
  const rules = createRulesDesk(rows.prompts);
  const open = (asked: LlmConfig) => {
    // Whether a model on trial is well is no reading of the desk's own.
    const { modelUp } = createMetrics({ processMetrics: false });
    return openDesk({ ...options, config: asked, metrics: { ...metrics, modelUp } }).agents;
  };
  return { models, budget, agents, rules, agentsOf: agentsByModel(config, { rules, open }) };
}

function openDesk(options: Options): Pick<OpenAgents, 'models' | 'budget' | 'agents'> {
  const { config, rows, metrics, logger } = options;
  const { around, budget } = openSpending(options);
  const models = openModels({ ...options, calls: rows.calls, around });
  return {
    models,
    budget,
    agents: createAgents({ config, models, budget, prompts: rows.prompts, metrics, logger }),
  };
}
