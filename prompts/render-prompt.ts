import { type PromptFile, promptHalves, promptInvalid } from './prompt-file.ts';
import { VARIABLE_PATTERN } from './prompt-variables.ts';

export interface PromptMessage {
  readonly role: 'system' | 'user';
  readonly content: string;
}

/**
 * The messages of a prompt with its variables filled in. Values are put in once and never read again for
 * variables, so a value that contains `{{rules}}` stays as it is written.
 * @throws AppError `prompt_invalid` when a value is missing
 */
export function renderPrompt(prompt: PromptFile, values: Readonly<Record<string, string>>): PromptMessage[] {
  const { system, evidence } = promptHalves(prompt.text);
  const messages: PromptMessage[] = [{ role: 'system', content: fill(prompt.name, system, values) }];
  if (evidence !== '') messages.push({ role: 'user', content: fill(prompt.name, evidence, values) });
  return messages;
}

function fill(name: string, text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(VARIABLE_PATTERN, (_whole, variable: string) => {
    const value = Object.hasOwn(values, variable) ? values[variable] : undefined;
    if (value === undefined) throw promptInvalid(name, `no value for {{${variable}}}`, variable);
    return value;
  });
}
