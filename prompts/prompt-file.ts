/**
 * What a prompt is: text with variables, a system half that never changes within a version and an evidence half.
 * Only the evidence half may hold what a run measured, so untrusted text never reaches the system message.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '#domain/errors.ts';
import { findProblems, type PromptProblem, usedVariables } from './prompt-problems.ts';
import { EVIDENCE_MARKER, PROMPT_NAMES, type PromptName } from './prompt-variables.ts';

export const PromptSettings = z.strictObject({
  /** Null leaves the provider's own default. */
  temperature: z.number().min(0).max(2).nullable(),
  maxOutputTokens: z.number().int().min(64).max(32_000),
});
export type PromptSettings = z.infer<typeof PromptSettings>;

/** A text as an editor or a database hands it in, before it is checked. */
export interface PromptDraft {
  readonly name: string;
  readonly text: string;
  readonly settings: unknown;
}

export interface PromptFile {
  readonly name: PromptName;
  readonly text: string;
  readonly settings: PromptSettings;
  /** The variables the text uses, in the order of their first use. */
  readonly variables: readonly string[];
  /** SHA-256 over name, text and settings. */
  readonly contentHash: string;
}

/**
 * Checks a new text and makes it a prompt. `origin` names it in errors: a file's path, or the editor's draft.
 * @throws AppError `prompt_invalid`, naming the origin and the variable
 */
export function createPrompt(draft: PromptDraft, origin: string): PromptFile {
  const prompt = storedPrompt(draft, origin);
  throwFirst(findProblems(prompt.name, prompt.text), origin);
  return prompt;
}

/**
 * A text that was saved before, read back. It may lack a variable that came after it: what it does not name is not
 * shown, and a desk keeps its model over an upgrade.
 * @throws AppError `prompt_invalid`, naming the origin and the variable
 */
export function storedPrompt(draft: PromptDraft, origin: string): PromptFile {
  const name = PROMPT_NAMES.find((known) => known === draft.name);
  if (name === undefined)
    throw promptInvalid(origin, `no agent reads "${draft.name}"; there are ${PROMPT_NAMES.join(', ')}`);
  if (draft.text.trim() === '') throw promptInvalid(origin, 'the text is empty');
  const settings = PromptSettings.safeParse(draft.settings);
  if (!settings.success)
    throw promptInvalid(origin, `settings: ${z.prettifyError(settings.error).replaceAll('\n', ' ')}`);
  const text = draft.text.trim();
  const variables = [...new Set(usedVariables(text).map(({ variable }) => variable))];
  throwFirst(
    findProblems(name, text).filter(({ code }) => code !== 'missing_variable'),
    origin,
  );
  const contentHash = createHash('sha256')
    .update(JSON.stringify([name, text, settings.data.temperature, settings.data.maxOutputTokens]))
    .digest('hex');
  return { name, text, settings: settings.data, variables, contentHash };
}

/** The two halves of a prompt's text. A prompt without evidence of its own is all system. */
export function promptHalves(text: string): { system: string; evidence: string } {
  const [system = '', ...rest] = text.split(EVIDENCE_MARKER);
  return { system: system.trim(), evidence: rest.join('').trim() };
}

export function promptInvalid(origin: string, problem: string, variable?: string): AppError {
  return new AppError('prompt_invalid', `prompt ${origin}: ${problem}`, {
    context: { prompt: origin, ...(variable === undefined ? {} : { variable }) },
  });
}

function throwFirst([first]: readonly PromptProblem[], origin: string): void {
  if (first !== undefined) throw promptInvalid(origin, first.message, first.variable ?? undefined);
}
