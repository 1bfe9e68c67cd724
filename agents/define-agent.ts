/**
 * How every agent decides: ask the model when there is one and it is worth the money, check what it says, and
 * fall back on the agent's own rules for any doubt. Models propose, code disposes: `bound` has the last word.
 */
import type { z } from 'zod';
import { AppError } from '#domain/errors.ts';
import type { AbstentionReason } from '#domain/opinion.ts';
import type { PromptName, PromptSettings } from '#prompts/prompt-file.ts';
import type { PromptSource } from '#prompts/prompt-source.ts';
import { renderPrompt } from '#prompts/render-prompt.ts';
import type { AgentAnswer, AskContext, CallUsage } from './agent-desk.ts';
import { type Budget, isBudgetSpent } from './budget.ts';
import { addUsage, type ChatMessage, type ChatModel, NO_USAGE, throwIfInterrupted } from './chat-model.ts';
import { parseReply } from './parse-reply.ts';
import { promptSchema, wireSchema } from './response-format.ts';

export interface AgentDefinition<Question, Reply, Answer> {
  readonly name: string;
  readonly promptName: PromptName;
  /** What the model must reply; fields that do not always apply are nullable. */
  readonly answerSchema: z.ZodType<Reply>;
  /** The values of the prompt's evidence variables. */
  evidenceOf(question: Question, context: AskContext): Readonly<Record<string, string>>;
  decideByRules(question: Question): Answer;
  /** Clamps and filters until only what code allows is left. Total: gives a valid answer for any reply. */
  bound(reply: Reply, question: Question): Answer;
  /** What the reply quotes that this run's tools did not say. One line is enough to discard it. */
  ungrounded(reply: Reply, question: Question): readonly string[];
  /** False where there is nothing to decide: then no call is paid for. */
  isWorthAsking(question: Question): boolean;
}

export interface AgentTools {
  /** Null when no model is configured. */
  readonly model: ChatModel | null;
  readonly prompts: PromptSource;
  readonly budget: Budget | null;
}

export interface Agent<Question, Reply, Answer> extends AgentDefinition<Question, Reply, Answer> {
  /** @throws AppError `run_interrupted` when the run's signal aborts, and what the stores behind it throw */
  decide(question: Question, context: AskContext, tools: AgentTools): Promise<AgentAnswer<Answer>>;
}

type Consultation<Reply> =
  | { readonly reply: Reply; readonly usage: CallUsage }
  | { readonly abstention: AbstentionReason; readonly usage: CallUsage };

export function defineAgent<Question, Reply, Answer>(
  definition: AgentDefinition<Question, Reply, Answer>,
): Agent<Question, Reply, Answer> {
  const schemas = {
    wire: wireSchema(definition.answerSchema),
    prompt: promptSchema(definition.answerSchema),
  };

  async function decide(
    question: Question,
    context: AskContext,
    { model, prompts, budget }: AgentTools,
  ): Promise<AgentAnswer<Answer>> {
    throwIfInterrupted(context);
    const byRules = (abstention: AbstentionReason | null, usage: CallUsage): AgentAnswer<Answer> => ({
      answer: definition.decideByRules(question),
      decidedBy: 'rules',
      abstention,
      usage,
    });
    if (model === null || !definition.isWorthAsking(question)) return byRules(null, NO_USAGE);
    if (await isBudgetSpent(budget)) return byRules('budget_spent', NO_USAGE);
    const prompt = await messagesFor(question, context, prompts);
    if (prompt === null) return byRules('no_model', NO_USAGE);
    const said = await consult(model, prompt, context);
    if ('abstention' in said) return byRules(said.abstention, said.usage);
    if (definition.ungrounded(said.reply, question).length > 0) return byRules('ungrounded', said.usage);
    const answer = definition.bound(said.reply, question);
    return { answer, decidedBy: 'model', abstention: null, usage: said.usage };
  }

  /** Null when the run's prompts cannot be used: a model without its prompt is as good as none. */
  async function messagesFor(
    question: Question,
    context: AskContext,
    prompts: PromptSource,
  ): Promise<{ messages: ChatMessage[]; settings: PromptSettings } | null> {
    try {
      const set = await prompts.set(context.promptSetId);
      const prompt = set.prompts.get(definition.promptName);
      const rules = set.prompts.get('rules');
      if (prompt === undefined || rules === undefined) return null;
      const messages = renderPrompt(prompt, {
        ...definition.evidenceOf(question, context),
        rules: rules.text,
        answerSchema: schemas.prompt,
      });
      return { messages, settings: prompt.settings };
    } catch (error) {
      if (error instanceof AppError && (error.code === 'prompt_invalid' || error.code === 'not_found'))
        return null;
      throw error;
    }
  }

  /** One question and, for a reply of the wrong shape, one turn to repair it. */
  async function consult(
    model: ChatModel,
    { messages, settings }: { messages: ChatMessage[]; settings: PromptSettings },
    { runId, spanId, signal }: AskContext,
  ): Promise<Consultation<Reply>> {
    const asked = { agent: definition.name, runId, spanId, signal, answerSchema: schemas.wire, ...settings };
    const first = await model.ask({ ...asked, messages });
    if (first.outcome !== 'answered') return { abstention: first.outcome, usage: first.usage };
    const parsed = parseReply(first.text, definition.answerSchema);
    if (parsed.ok) return { reply: parsed.reply, usage: first.usage };

    const second = await model.ask({
      ...asked,
      messages: [
        ...messages,
        { role: 'assistant', content: first.text || '(an empty reply)' },
        repairTurn(parsed.issues),
      ],
    });
    const usage = addUsage(first.usage, second.usage);
    if (second.outcome !== 'answered') return { abstention: second.outcome, usage };
    const repaired = parseReply(second.text, definition.answerSchema);
    return repaired.ok ? { reply: repaired.reply, usage } : { abstention: 'reply_invalid', usage };
  }

  return { ...definition, decide };
}

function repairTurn(issues: readonly string[]): ChatMessage {
  const lines = issues.map((issue) => `- ${issue}`).join('\n');
  return {
    role: 'user',
    content: `That reply cannot be read:\n${lines}\nAnswer again: the same judgement as one JSON object of the asked shape, and nothing else.`,
  };
}
