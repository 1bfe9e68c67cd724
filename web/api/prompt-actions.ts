/** Everything the pages ask to be done with prompts. */
import { requestJson } from './client.ts';
import type { Post } from './idempotent-post.ts';
import { promptPath } from './prompt-queries.ts';
import type {
  ChosenQuestion,
  Draft,
  PromptChanged,
  PromptSettings,
  SavedVersion,
  Trial,
} from './prompt-types.ts';

export function saveVersion(
  post: Post,
  name: string,
  version: Draft & { readonly message: string; readonly basedOn: number; readonly label?: string },
): Promise<SavedVersion> {
  return post(promptPath(name, '/versions'), version);
}

export function moveLabel(
  name: string,
  label: string,
  move: { readonly version: number; readonly message: string },
): Promise<PromptChanged> {
  return requestJson(labelPath(name, label), { method: 'PUT', body: move });
}

export function removeLabel(name: string, label: string): Promise<unknown> {
  return requestJson(labelPath(name, label), { method: 'DELETE' });
}

export function tryDraft(
  post: Post,
  name: string,
  { text, config }: Draft,
  { runId, symbol }: ChosenQuestion,
): Promise<{ items: readonly Trial[] }> {
  return post(promptPath(name, '/try'), { text, config, runId, ...(symbol !== null && { symbol }) });
}

export function readPromptFile(
  name: string,
  file: string,
): Promise<{ readonly text: string; readonly config: PromptSettings }> {
  return requestJson(promptPath(name, '/read'), { method: 'POST', body: { file } });
}

function labelPath(name: string, label: string): string {
  return promptPath(name, `/labels/${encodeURIComponent(label)}`);
}
