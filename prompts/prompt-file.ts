/**
 * What a prompt is: text with variables, a system half that never changes within a version and an evidence half.
 * Only the evidence half may hold what a run measured, so untrusted text never reaches the system message.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '#domain/errors.ts';

export const PROMPT_NAMES = ['scanner', 'guardian', 'context', 'risk', 'executor', 'rules'] as const;
export type PromptName = (typeof PROMPT_NAMES)[number];

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

/** Parts the system half from the evidence half. */
export const EVIDENCE_MARKER = '<!-- evidence -->';

interface VariableRules {
  /** The same in every run of a version; the only ones allowed in the system half. */
  readonly system: readonly string[];
  readonly evidence: readonly string[];
}

const FIXED = ['rules', 'answerSchema'] as const;

/** Every variable the code fills in, and so every one a text must use. */
export const PROMPT_VARIABLES: Readonly<Record<PromptName, VariableRules>> = {
  scanner: { system: FIXED, evidence: ['shortlist', 'positions', 'maxSubjects'] },
  guardian: { system: FIXED, evidence: ['level', 'reasons', 'signals', 'account', 'positions'] },
  context: {
    system: FIXED,
    evidence: ['symbol', 'readings', 'votes', 'backdrop', 'advice', 'position', 'question'],
  },
  risk: { system: FIXED, evidence: ['proposals', 'signals', 'account', 'positions'] },
  executor: { system: FIXED, evidence: ['proposals', 'signals', 'menu'] },
  rules: { system: [], evidence: [] },
};

export const VARIABLE_PATTERN = /\{\{\s*([^{}]*?)\s*\}\}/g;

/**
 * Checks a text and makes it a prompt. `origin` names it in errors: a file's path, or the editor's draft.
 * @throws AppError `prompt_invalid`, naming the origin and the variable
 */
export function createPrompt(draft: PromptDraft, origin: string): PromptFile {
  const name = PROMPT_NAMES.find((known) => known === draft.name);
  if (name === undefined)
    throw promptInvalid(origin, `no agent reads "${draft.name}"; there are ${PROMPT_NAMES.join(', ')}`);
  if (draft.text.trim() === '') throw promptInvalid(origin, 'the text is empty');
  const settings = PromptSettings.safeParse(draft.settings);
  if (!settings.success)
    throw promptInvalid(origin, `settings: ${z.prettifyError(settings.error).replaceAll('\n', ' ')}`);
  const text = draft.text.trim();
  const variables = [...new Set(variablesIn(text))];
  checkVariables(name, text, variables, origin);
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

function variablesIn(text: string): string[] {
  return [...text.matchAll(VARIABLE_PATTERN)].map((match) => match[1] ?? '');
}

function checkVariables(name: PromptName, text: string, used: readonly string[], origin: string): void {
  const rules = PROMPT_VARIABLES[name];
  const known = [...rules.system, ...rules.evidence];
  const unknown = used.find((variable) => !known.includes(variable));
  if (unknown !== undefined)
    throw promptInvalid(
      origin,
      `{{${unknown}}} is unknown; known are ${known.join(', ') || 'none'}`,
      unknown,
    );
  const missing = known.find((variable) => !used.includes(variable));
  if (missing !== undefined) throw promptInvalid(origin, `{{${missing}}} is missing`, missing);
  if (rules.evidence.length === 0) return;
  if (text.split(EVIDENCE_MARKER).length !== 2)
    throw promptInvalid(
      origin,
      `needs one line ${EVIDENCE_MARKER} between its system half and its evidence half`,
    );
  const misplaced = variablesIn(promptHalves(text).system).find((variable) =>
    rules.evidence.includes(variable),
  );
  if (misplaced !== undefined)
    throw promptInvalid(
      origin,
      `{{${misplaced}}} is evidence and belongs below ${EVIDENCE_MARKER}`,
      misplaced,
    );
}
