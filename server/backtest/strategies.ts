/** What can decide in a backtest. Each is a desk of agents: who ranks, doubts and chooses a style is part of a strategy. */
import type { AgentDesk } from '#agents/agent-desk.ts';
import { createAgentDesk } from '#agents/create-agent-desk.ts';
import { AppError } from '#domain/errors.ts';
import { fixedPromptSource, type PromptSet } from '#prompts/prompt-source.ts';

export interface Strategy {
  readonly name: string;
  readonly describes: string;
  agents(prompts: PromptSet): AgentDesk;
}

const points: Strategy = {
  name: 'points',
  describes: 'the desk’s own weighted points, decided by the rules of its agents',
  agents: (prompts) => createAgentDesk({ model: null, prompts: fixedPromptSource(prompts), budget: null }),
};

export const STRATEGIES: readonly Strategy[] = [points];

/** @throws AppError `usage_invalid` that lists those there are */
export function strategyOf(name: string): Strategy {
  const found = STRATEGIES.find((strategy) => strategy.name === name);
  if (found !== undefined) return found;
  const there = STRATEGIES.map((strategy) => `${strategy.name} (${strategy.describes})`).join(', ');
  throw new AppError('usage_invalid', `there is no strategy "${name}": choose ${there}`);
}
