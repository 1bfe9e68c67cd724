/** What an editor is told of a text while it is typed: its length, and all that would keep it from being saved. */
import type { z } from 'zod';
import { countText } from '#prompts/count-tokens.ts';
import { PromptSettings, promptHalves } from '#prompts/prompt-file.ts';
import { findProblems, placeOf, type TextPlace } from '#prompts/prompt-problems.ts';
import type { PromptName } from '#prompts/prompt-variables.ts';
import { credentialLine } from '../telemetry/redact.ts';
import { PromptText } from './check-draft.ts';

export interface CheckedText {
  /** Of the text as it is written, its variables not filled in; vocabulary o200k. */
  readonly tokens: { readonly system: number; readonly evidence: number };
  readonly problems: readonly TextProblem[];
}

export interface TextProblem {
  /** `text`, or the setting such as `config.temperature`. */
  readonly location: string;
  readonly message: string;
  readonly variable: string | null;
  /** In a text whose lines end in a line feed alone. */
  readonly at: TextPlace | null;
}

export async function checkText(
  {
    name,
    text: typed,
    settings,
  }: { readonly name: PromptName; readonly text: string; readonly settings: unknown },
  secrets: readonly string[],
): Promise<CheckedText> {
  const text = typed.replaceAll('\r\n', '\n');
  const { system, evidence } = promptHalves(text);
  const [systemTokens, evidenceTokens] = await Promise.all([countText(system), countText(evidence)]);
  const inText = findProblems(name, text).map(({ message, variable, at }) => ({
    ...{ location: 'text', message, variable, at },
  }));
  return {
    tokens: { system: systemTokens, evidence: evidenceTokens },
    problems: [...writingProblems(text, secrets), ...inText, ...settingProblems(settings)],
  };
}

function writingProblems(text: string, secrets: readonly string[]): TextProblem[] {
  const ofText = (message: string, at: TextPlace | null = null) => ({
    ...{ location: 'text', message, variable: null, at },
  });
  if (text.trim() === '') return [ofText('the text is empty')];
  const read = PromptText.safeParse(text);
  const faults = read.success ? [] : read.error.issues.map(({ message }) => ofText(`the text ${message}`));
  const line = credentialLine(text, secrets);
  if (line === null) return faults;
  const message = 'this line holds what looks like a key or a password: take it out';
  return [...faults, ofText(message, lineAt(text, line))];
}

function lineAt(text: string, line: number): TextPlace {
  const lines = text.split('\n');
  const from = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  return placeOf(text, from, from + (lines[line - 1]?.length ?? 0));
}

function settingProblems(settings: unknown): TextProblem[] {
  const read = PromptSettings.safeParse(settings);
  if (read.success) return [];
  return read.error.issues.map(({ path, message }: z.core.$ZodIssue) => ({
    ...{ location: ['config', ...path].join('.'), message, variable: null, at: null },
  }));
}
