/** A prompt as a file, as `vigil prompts pull` writes it and `prompts push` and the upload read it. */
import type { Draft } from '../api/prompt-types.ts';
import { variablesIn } from './mark-text.ts';

/** The shared rules are never sent on their own: their file has no settings. */
const SHARED_RULES = 'rules';

export function promptFileText(name: string, { text, config }: Draft): string {
  const model =
    name === SHARED_RULES
      ? []
      : ['model:', `  temperature: ${config.temperature}`, `  maxOutputTokens: ${config.maxOutputTokens}`];
  const front = [`agent: ${name}`, `variables: [${variablesIn(text).join(', ')}]`, ...model];
  return `---\n${front.join('\n')}\n---\n${text.trim()}\n`;
}
