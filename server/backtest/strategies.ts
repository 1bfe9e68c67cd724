/** What can decide in a backtest: the desk by the rules of its agents, on its own points or on a strategy's word. */
import type { AgentDesk } from '#agents/agent-desk.ts';
import { createAgentDesk } from '#agents/create-agent-desk.ts';
import { fixedPromptSource, type PromptSet } from '#prompts/prompt-source.ts';
import { DESK_STRATEGIES, type DeskStrategy, deskStrategyOf } from '#tools/strategies/desk-strategies.ts';

export interface Strategy extends DeskStrategy {
  agents(prompts: PromptSet): AgentDesk;
}

export const STRATEGIES: readonly Strategy[] = DESK_STRATEGIES.map(byRules);

/** @throws AppError `usage_invalid` that lists those there are, and says why the desk cannot trade by another */
export function strategyOf(name: string): Strategy {
  return byRules(deskStrategyOf(name));
}

function byRules(strategy: DeskStrategy): Strategy {
  const agents = (prompts: PromptSet) =>
    createAgentDesk({ model: null, prompts: fixedPromptSource(prompts), budget: null });
  return { ...strategy, agents };
}
