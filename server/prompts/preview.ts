/** What a model would be sent of a draft on a recorded question, with what code filled in told apart. Nobody is asked. */
import type { ChatMessage } from '#agents/chat-model.ts';
import type { IdSource } from '#domain/ids.ts';
import { countTokens } from '#prompts/count-tokens.ts';
import type { PromptFile } from '#prompts/prompt-file.ts';
import { VARIABLE_PATTERN } from '#prompts/prompt-variables.ts';
import type { AgentName } from './heard-questions.ts';
import type { RecordedQuestion } from './recorded-questions.ts';
import { putQuestion } from './trial.ts';

export interface Preview {
  readonly agent: AgentName;
  readonly symbol: string | null;
  readonly runId: string | null;
  /** Of the messages and the answer's schema, in the vocabulary o200k. */
  readonly promptTokens: number;
  readonly messages: readonly PreviewMessage[];
}

export interface PreviewMessage {
  readonly role: string;
  readonly parts: readonly PreviewPart[];
}

export interface PreviewPart {
  readonly text: string;
  /** The variable it was filled in for; null for the prompt's own words. */
  readonly variable: string | null;
}

const NOBODY = { absentBecause: 'it is only looked at' };

/** Null when this agent, asked this, has nothing to decide. @throws AppError `prompt_invalid` */
export async function previewPrompt(
  { question, runId }: RecordedQuestion,
  prompts: readonly PromptFile[],
  ids: IdSource,
): Promise<Preview | null> {
  const { agent, symbol } = question;
  const mark = ids.next('mark');
  const marked = prompts.map((prompt) => (prompt.name === agent ? withMarks(prompt, mark) : prompt));
  const { exchanges } = await putQuestion(question, marked, { model: NOBODY, ids });
  const [first] = exchanges;
  if (first === undefined) return null;
  const messages = first.messages.map(({ role, content }) => ({ role, parts: partsOf(content, mark) }));
  const plain: ChatMessage[] = first.messages.map((message, index) => ({
    ...message,
    content: (messages[index]?.parts ?? []).map(({ text }) => text).join(''),
  }));
  return { agent, symbol, runId, promptTokens: await countTokens(plain, first.answerSchema), messages };
}

function withMarks(prompt: PromptFile, mark: string): PromptFile {
  const text = prompt.text.replace(
    VARIABLE_PATTERN,
    (whole, variable: string) => `[${mark} ${variable}]${whole}[/${mark}]`,
  );
  return { ...prompt, text };
}

function partsOf(content: string, mark: string): PreviewPart[] {
  const parts: PreviewPart[] = [];
  const filled = new RegExp(`\\[${mark} (\\w+)\\]([\\s\\S]*?)\\[/${mark}\\]`, 'g');
  let read = 0;
  for (const match of content.matchAll(filled)) {
    if (match.index > read) parts.push({ text: content.slice(read, match.index), variable: null });
    parts.push({ text: match[2] ?? '', variable: match[1] ?? null });
    read = match.index + match[0].length;
  }
  if (read < content.length) parts.push({ text: content.slice(read), variable: null });
  return parts;
}
