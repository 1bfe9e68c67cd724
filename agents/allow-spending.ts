import type { PromptSource } from '#prompts/prompt-source.ts';
import type { PromptName } from '#prompts/prompt-variables.ts';
import type { AllowSpending, Budget } from './budget.ts';
import { costUsd } from './estimate-cost.ts';
import { planSpending } from './plan-spending.ts';
import type { PricedModel } from './priced-model.ts';

/** What a question is planned with before its messages are written: the longest of ours have about as many tokens. */
const PLANNED_INPUT_TOKENS = 3_000;
/** Where the run's prompts do not say how long an answer may be. */
const PLANNED_OUTPUT_TOKENS = 1_000;

export function allowSpending({ purse, mode, usual, cheaper }: Budget, prompts: PromptSource): AllowSpending {
  return async (asked) => {
    const standing = asked.given?.mode ?? (await mode());
    const isAsked = standing !== 'free' && asked.given?.tier !== 'none';
    const settled = { mode: standing, limits: purse.limits };
    const costAt = isAsked ? await callCosts(asked.promptSetId, prompts) : () => () => null;
    return planSpending(asked, {
      ...settled,
      committed: isAsked ? await purse.committed(asked.runId) : { dayUsd: 0, cycleUsd: 0 },
      usual: costAt(usual),
      cheaper: cheaper === null ? null : costAt(cheaper),
    });
  };
}

/** A set that cannot be read stops each agent by itself (define-agent.ts); it is no reason to plan nothing. */
async function callCosts(promptSetId: string, prompts: PromptSource) {
  const set = await prompts.set(promptSetId).catch(() => null);
  return ({ price, thinkingTokens = 0 }: PricedModel) =>
    (agent: string) => {
      const settings = set?.prompts.get(agent as PromptName)?.settings;
      const outputTokens = (settings?.maxOutputTokens ?? PLANNED_OUTPUT_TOKENS) + thinkingTokens;
      return costUsd({ inputTokens: PLANNED_INPUT_TOKENS, outputTokens }, price);
    };
}
