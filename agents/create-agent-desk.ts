import type { AbstentionReason } from '#domain/opinion.ts';
import type { Clock } from '#domain/time.ts';
import { MINUTE_MS } from '#domain/time.ts';
import type { PromptSource } from '#prompts/prompt-source.ts';
import type { AgentDesk, AskContext } from './agent-desk.ts';
import type { Budget } from './budget.ts';
import type { ChatModel } from './chat-model.ts';
import { context } from './context.ts';
import type { Agent, AgentTools } from './define-agent.ts';
import { executor } from './executor.ts';
import { guardian } from './guardian.ts';
import { restUnusable } from './rest-unusable.ts';
import { risk } from './risk.ts';
import { scanner } from './scanner.ts';

export interface AgentDeskOptions {
  /** Null: every agent decides by its rules, and that is no abstention. */
  readonly model: ChatModel | null;
  readonly prompts: PromptSource;
  /** Null: no limit. */
  readonly budget: Budget | null;
  readonly wallClock: Clock;
  /** Told whenever rules answer in place of a model that was to be asked. */
  readonly onAbstention?: (agent: string, reason: AbstentionReason) => void;
}

/** The five agents with what they need to answer. Holds no state of a run. */
export function createAgentDesk(options: AgentDeskOptions): AgentDesk {
  const { model, prompts, budget, wallClock, onAbstention } = options;
  const tools: AgentTools = {
    model: model === null ? null : restUnusable(model, { restMs: MINUTE_MS, wallClock }),
    prompts,
    budget,
  };
  const seat =
    <Question, Reply, Answer>(agent: Agent<Question, Reply, Answer>) =>
    async (question: Question, ask: AskContext) => {
      const said = await agent.decide(question, ask, tools);
      if (said.abstention !== null) onAbstention?.(agent.name, said.abstention);
      return said;
    };
  return {
    guardian: seat(guardian),
    scanner: seat(scanner),
    context: seat(context),
    risk: seat(risk),
    executor: seat(executor),
  };
}
