import { UNUSED_SETTINGS } from './load-prompts.ts';
import type { PromptFile } from './prompt-file.ts';

/** A prompt as its file in `prompts/`: what `parsePrompt` reads, byte for byte the same however often it is written. */
export function promptFileText({
  name,
  text,
  settings,
  variables,
}: Pick<PromptFile, 'name' | 'text' | 'settings' | 'variables'>): string {
  const { temperature, maxOutputTokens } = settings;
  const isNeverSent =
    name === 'rules' &&
    temperature === UNUSED_SETTINGS.temperature &&
    maxOutputTokens === UNUSED_SETTINGS.maxOutputTokens;
  const model = isNeverSent
    ? []
    : ['model:', `  temperature: ${temperature}`, `  maxOutputTokens: ${maxOutputTokens}`];
  const front = [`agent: ${name}`, `variables: [${variables.join(', ')}]`, ...model];
  return `---\n${front.join('\n')}\n---\n${text.trim()}\n`;
}

/** Where it lies in a folder of prompts: what several agents share has a folder of its own. */
export function promptPath(name: PromptFile['name']): string {
  return name === 'rules' ? 'shared/rules.md' : `${name}.md`;
}
