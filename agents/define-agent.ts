/**
 * How every agent decides: ask the model when there is one and it is worth the money, check what it says, and
 * fall back on the agent's own rules for any doubt. Models propose, code disposes: `bound` has the last word.
 */
import type { z } from 'zod';
import { AppError } from '#domain/errors.ts';
import type { AbstentionReason } from '#domain/opinion.ts';
import type { PromptSettings } from '#prompts/prompt-file.ts';
import type { PromptSource } from '#prompts/prompt-source.ts';
import type { PromptName } from '#prompts/prompt-variables.ts';
import { renderPrompt } from '#prompts/render-prompt.ts';
import type { AgentAnswer, AskContext } from './agent-desk.ts';
import {
  addUsage,
  type ChatMessage,
  type ChatModel,
  type ModelReply,
  NO_USAGE,
  throwIfInterrupted,
} from './chat-model.ts';
import { checkProse } from './check-prose.ts';
import { type Doubt, reasonOf } from './grounding.ts';
import { type ParsedReply, parseReply } from './parse-reply.ts';
import { createQuestionDeadline } from './question-deadline.ts';
import { promptSchema, wireSchema } from './response-format.ts';

type Evidence = Readonly<Record<string, string>>;

export interface AgentDefinition<Question, Reply, Answer> {
  readonly name: string;
  readonly promptName: PromptName;
  /** What the model must reply; fields that do not always apply are nullable. */
  readonly answerSchema: z.ZodType<Reply>;
  /** The values of the prompt's evidence variables. Asked only when a model is. */
  evidenceOf(question: Question, context: AskContext): Evidence | Promise<Evidence>;
  decideByRules(question: Question): Answer;
  /** Clamps and filters until only what code allows is left. Total: gives a valid answer for any reply. */
  bound(reply: Reply, question: Question): Answer;
  /** What the reply quotes that this run's tools did not say. One doubt is enough to discard it. */
  ungrounded(reply: Reply, question: Question): readonly Doubt[];
  /** False where there is nothing to decide: then no call is paid for. */
  isWorthAsking(question: Question): boolean;
}

export interface AgentTools {
  /** Null when no model is configured. */
  readonly model: ChatModel | null;
  readonly prompts: PromptSource;
  /** For a whole question; absent where the model's own limit is enough. */
  readonly questionWithinMs?: number;
}

export interface Agent<Question, Reply, Answer> extends AgentDefinition<Question, Reply, Answer> {
  /** @throws AppError `run_interrupted` when the run's signal aborts, and what the stores behind it throw */
  decide(question: Question, context: AskContext, tools: AgentTools): Promise<AgentAnswer<Answer>>;
}

type Consultation<Reply> =
  | (Spent & { readonly reply: Reply; readonly keep?: (() => Promise<void>) | undefined })
  | (Spent & { readonly abstention: AbstentionReason; readonly doubts?: readonly string[] });
type Spent = Pick<AgentAnswer<unknown>, 'usage' | 'steps'>;

const MOST_DOUBTS = 20;
/** What of an unreadable reply the repair turn shows the model again. */
const MOST_REPEATED_LENGTH = 4_000;

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
    { model, prompts, questionWithinMs }: AgentTools,
  ): Promise<AgentAnswer<Answer>> {
    throwIfInterrupted(context);
    const byRules = (abstention: AbstentionReason | null, spent: Spent): AgentAnswer<Answer> => ({
      answer: definition.decideByRules(question),
      decidedBy: 'rules',
      abstention,
      ...spentIn(spent),
    });
    const { tier, unasked } = context;
    const isAsked = model !== null && unasked === undefined && tier !== 'free';
    if (!isAsked || !definition.isWorthAsking(question)) return byRules(null, UNSPENT);
    // What failed tries of a dead model have spent leaves it as dead: the reason says whether anything may be risked.
    if (tier === 'none') return byRules(model.downtime?.() ? 'model_down' : 'budget_spent', UNSPENT);
    const prompt = await messagesFor(question, context, prompts);
    if (prompt === null) return byRules('prompt_unusable', UNSPENT);
    const said = await consult(model, prompt, context, questionWithinMs);
    if ('abstention' in said) {
      const { abstention, doubts = [] } = said;
      return { ...byRules(abstention, said), ...(doubts.length > 0 && { doubts }) };
    }
    const { doubts: loose, quotes } = checkProse(said.reply, prompt.messages, { schemaText: schemas.prompt });
    const doubts = [...definition.ungrounded(said.reply, question), ...loose];
    const reason = reasonOf(doubts);
    if (reason !== null)
      return {
        ...byRules(reason, said),
        doubts: doubts.map(({ message }) => message).slice(0, MOST_DOUBTS),
        quotes,
      };
    const answer = definition.bound(said.reply, question);
    await said.keep?.();
    return { answer, decidedBy: 'model', abstention: null, quotes, ...spentIn(said) };
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
        ...(await definition.evidenceOf(question, context)),
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
    { runId, spanId, symbol, tier = 'usual', signal }: AskContext,
    withinMs: number | undefined,
  ): Promise<Consultation<Reply>> {
    const asked = {
      ...(withinMs !== undefined && { deadline: createQuestionDeadline(withinMs) }),
      ...{ agent: definition.name, runId, spanId, symbol, tier, signal },
      ...{ answerSchema: schemas.wire, ...settings },
    };
    const first = await model.ask({ ...asked, messages });
    if (first.outcome !== 'answered') return { abstention: first.outcome, ...spentIn(first) };
    const parsed = read(first);
    if (parsed.ok) return { reply: parsed.reply, keep: first.keep, ...spentIn(first) };

    // A repair turn that has no time left tells why the first answer was of no use.
    if (asked.deadline?.isOver() === true)
      return { abstention: parsed.reason, ...spentIn(first), doubts: parsed.issues };
    const second = await model.ask({
      ...asked,
      messages: [
        ...messages,
        { role: 'assistant', content: clipped(first.text) || '(an empty reply)' },
        repairTurn(parsed.issues),
      ],
    });
    const spent = {
      usage: addUsage(first.usage, second.usage),
      steps: [...(first.steps ?? []), ...(second.steps ?? [])],
    };
    if (second.outcome !== 'answered') return { abstention: second.outcome, ...spent };
    const repaired = read(second);
    if (repaired.ok) return { reply: repaired.reply, ...spent };
    return { abstention: repaired.reason, ...spent, doubts: repaired.issues };
  }

  /** A reply that the provider cut for length and that cannot be read is truncated, whatever else it looks like. */
  function read({ text, isCut = false }: Extract<ModelReply, { outcome: 'answered' }>): ParsedReply<Reply> {
    const parsed = parseReply(text, definition.answerSchema);
    if (parsed.ok || !isCut) return parsed;
    return { ...parsed, reason: 'reply_truncated', issues: ['the reply was cut for length: say it shorter'] };
  }

  return { ...definition, decide };
}

const UNSPENT: Spent = { usage: NO_USAGE };

function spentIn({ usage, steps = [] }: Spent): Spent {
  return steps.length === 0 ? { usage } : { usage, steps };
}

function clipped(text: string): string {
  return text.length <= MOST_REPEATED_LENGTH ? text : `${text.slice(0, MOST_REPEATED_LENGTH)}…`;
}

function repairTurn(issues: readonly string[]): ChatMessage {
  const lines = issues.map((issue) => `- ${issue}`).join('\n');
  return {
    role: 'user',
    content: `That reply cannot be read:\n${lines}\nAnswer again: the same judgement as one JSON object of the asked shape, and nothing else.`,
  };
}
