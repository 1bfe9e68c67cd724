/** One question put to one agent with a draft: what it is sent, what comes back, and what code makes of it. */
import type { AgentAnswer, CallUsage } from '#agents/agent-desk.ts';
import type { ChatMessage, ChatModel } from '#agents/chat-model.ts';
import { createAgentDesk } from '#agents/create-agent-desk.ts';
import { AppError } from '#domain/errors.ts';
import type { IdSource } from '#domain/ids.ts';
import type { AbstentionReason, DecidedBy, Opinion, Quote } from '#domain/opinion.ts';
import { countTokens } from '#prompts/count-tokens.ts';
import type { PromptFile } from '#prompts/prompt-file.ts';
import { fixedPromptSource, promptSetOf } from '#prompts/prompt-source.ts';
import { type AbsentModel, captureModel, type Exchange } from './captured-model.ts';
import type { AgentName, HeardQuestion } from './heard-questions.ts';
import type { RecordedQuestion } from './recorded-questions.ts';

/** `passed`: the reply has the agent's shape, whatever it says. `not_asked`: no model answered. */
export type TrialOutcome = 'passed' | 'not_asked' | 'failed';

export interface Trial {
  readonly agent: AgentName;
  readonly symbol: string | null;
  /** The run the question is of; null for the sample of a market that is made up. */
  readonly runId: string | null;
  readonly outcome: TrialOutcome;
  /** Why nobody answered, or what is wrong with the reply. */
  readonly why: string | null;
  readonly messages: readonly ChatMessage[];
  /** What they and the answer’s schema come to, counted by us; the provider’s own count is in `usage`. */
  readonly promptTokens: number;
  readonly model: string | null;
  /** The model's own words, the last it said; null when it said nothing. */
  readonly reply: string | null;
  /** What the reply quotes that was not measured, or what does not fit: with any of these code takes no answer of it. */
  readonly doubts: readonly string[];
  /** The numbers in its words, and whether they were shown. */
  readonly quotes: readonly Quote[];
  /** Why the rules answered; null when the model did. */
  readonly abstention: AbstentionReason | null;
  readonly decidedBy: DecidedBy;
  /** Within what code allows: the model's, or the rules' where it had none that counts. */
  readonly answer: unknown;
  /** What the run had decided then. */
  readonly decided: Opinion | null;
  /** Its calls are on record, and in the day's budget, under this id. */
  readonly callsOf: string;
  readonly usage: CallUsage;
}

export interface TrialOptions {
  /** Of an absent one the messages are made and nobody is asked. */
  readonly model: ChatModel | AbsentModel;
  readonly ids: IdSource;
  readonly signal?: AbortSignal;
}

/** Null when this agent, asked this, has nothing to decide. @throws AppError `prompt_invalid` */
export async function tryPrompt(
  { question, runId, decided }: RecordedQuestion,
  prompts: readonly PromptFile[],
  options: TrialOptions,
): Promise<Trial | null> {
  const { model } = options;
  const { said, exchanges, callsOf } = await putQuestion(question, prompts, options);
  const first = exchanges[0];
  const last = exchanges.at(-1);
  if (first === undefined || last === undefined) return null;
  const { agent, symbol } = question;
  const outcome = outcomeOf(said.abstention);
  const doubts = said.doubts ?? [];
  const words = last.reply.outcome === 'answered' ? null : last.reply.detail;
  return {
    ...{ agent, symbol, runId, outcome, doubts, quotes: said.quotes ?? [], decided, callsOf },
    abstention: said.abstention,
    why: outcome === 'passed' ? null : (words ?? [said.abstention, ...doubts].join(': ')),
    messages: first.messages,
    promptTokens: await countTokens(first.messages, first.answerSchema),
    model: 'ask' in model ? model.name : null,
    reply: last.reply.outcome === 'answered' ? last.reply.text : null,
    ...{ decidedBy: said.decidedBy, answer: said.answer, usage: said.usage },
  };
}

/** Puts the question to these prompts, and keeps what went over to the model and came back. */
export async function putQuestion(
  question: HeardQuestion,
  prompts: readonly PromptFile[],
  { model, ids, signal = new AbortController().signal }: TrialOptions,
): Promise<{ said: AgentAnswer<unknown>; exchanges: readonly Exchange[]; callsOf: string }> {
  const set = promptSetOf(prompts);
  const captured = captureModel(model);
  const desk = createAgentDesk({
    ...{ model: captured.model, prompts: fixedPromptSource(set), budget: null },
  });
  const callsOf = ids.next('try');
  const asked = { runId: callsOf, spanId: callsOf, promptSetId: set.promptSetId, signal };
  const said = await question.putTo(desk, asked);
  return { said, exchanges: captured.exchanges, callsOf };
}

/** A doubt about what is quoted is about one answer; a reply without the shape is about the prompt. */
function outcomeOf(abstention: string | null): TrialOutcome {
  if (abstention === null || abstention.startsWith('ungrounded')) return 'passed';
  return abstention.startsWith('reply_') || FAILED.has(abstention) ? 'failed' : 'not_asked';
}
const FAILED: ReadonlySet<string> = new Set(['refused', 'filtered', 'prompt_unusable']);

/** @throws AppError `prompt_invalid` for a trial that failed */
export function assertPassed({ outcome, agent, why, runId, reply }: Trial, origin: string): void {
  if (outcome !== 'failed') return;
  const on = runId === null ? 'the sample question' : `run ${runId}`;
  const said = reply === null ? '' : `; it said ${JSON.stringify(reply.slice(0, SHOWN_CHARACTERS))}`;
  throw new AppError(
    'prompt_invalid',
    `prompt ${origin}: its dry run on ${on} gave no answer of the ${agent}'s shape (${why})${said}`,
    { context: { prompt: origin, runId } },
  );
}
const SHOWN_CHARACTERS = 200;
