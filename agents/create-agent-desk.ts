import type { AbstentionReason } from '#domain/opinion.ts';
import type { PromptSource } from '#prompts/prompt-source.ts';
import type { AgentDesk, AskContext } from './agent-desk.ts';
import { allowSpending } from './allow-spending.ts';
import type { Budget } from './budget.ts';
import type { ChatModel } from './chat-model.ts';
import { context } from './context.ts';
import type { Agent } from './define-agent.ts';
import { executor } from './executor.ts';
import { guardian } from './guardian.ts';
import { risk } from './risk.ts';
import { scanner } from './scanner.ts';

export interface AgentDeskOptions {
  /** Null: every agent decides by its rules, and that is no abstention. */
  readonly model: ChatModel | null;
  readonly prompts: PromptSource;
  /** What runs may ask, planned here and held by the model itself (metered-model.ts). Null: no limit. */
  readonly budget: Budget | null;
  /** For a whole question, with its retries and its repair turn. Absent: as long as the model itself allows. */
  readonly questionWithinMs?: number;
  /** Told whenever rules answer in place of a model that was to be asked. */
  readonly onAbstention?: (
    agent: string,
    reason: AbstentionReason,
    ask: Pick<AskContext, 'promptSetId'>,
  ) => void;
}

/** The five agents with what they need to answer. Holds no state of a run. */
export function createAgentDesk(options: AgentDeskOptions): AgentDesk {
  const { onAbstention, budget, ...tools } = options;
  const { model, prompts } = tools;
  const seat =
    <Question, Reply, Answer>(agent: Agent<Question, Reply, Answer>) =>
    async (question: Question, ask: AskContext) => {
      const said = await agent.decide(question, ask, tools);
      if (said.abstention !== null) onAbstention?.(agent.name, said.abstention, ask);
      return said;
    };
  return {
    hasModel: model !== null,
    ...(model !== null && budget !== null && { allow: allowSpending(budget, prompts) }),
    guardian: seat(guardian),
    scanner: seat(scanner),
    context: seat(context),
    risk: seat(risk),
    executor: seat(executor),
  };
}
