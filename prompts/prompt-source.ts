/** Where a run's prompts come from. A run resolves its set once, when it starts, and asks by that id ever after. */
import { createHash } from 'node:crypto';
import { AppError } from '#domain/errors.ts';
import { type PromptFile, storedPrompt } from './prompt-file.ts';
import type { PromptName } from './prompt-variables.ts';

export interface PromptSet {
  readonly promptSetId: string;
  readonly prompts: ReadonlyMap<PromptName, PromptFile>;
}

export interface PromptSource {
  /** @throws AppError `not_found` for a set nobody stored */
  set(promptSetId: string): Promise<PromptSet>;
}

/** The id of a set is made of its contents: the same texts and settings give the same id on every machine. */
export function promptSetOf(prompts: readonly PromptFile[]): PromptSet {
  const lines = prompts.map(({ name, contentHash }) => `${name} ${contentHash}`).sort();
  const digest = createHash('sha256').update(lines.join('\n')).digest('hex');
  return {
    promptSetId: `ps_${digest.slice(0, 16)}`,
    prompts: new Map(prompts.map((prompt) => [prompt.name, prompt])),
  };
}

/**
 * A set as a store kept it: texts and settings by prompt name, checked again as they are read.
 * @throws AppError `prompt_invalid`
 */
export function storedPromptSet(
  promptSetId: string,
  stored: Readonly<Record<string, { readonly text: string; readonly config: unknown }>>,
): PromptSet {
  const prompts = Object.entries(stored).map(([name, { text, config }]) =>
    storedPrompt({ name, text, settings: config }, `${promptSetId}/${name}`),
  );
  return { promptSetId, prompts: new Map(prompts.map((prompt) => [prompt.name, prompt])) };
}

/** Serves one set and no other: the baseline files for the command line, backtests and tests. */
export function fixedPromptSource(only: PromptSet): PromptSource {
  return {
    async set(promptSetId) {
      if (promptSetId === only.promptSetId) return only;
      throw new AppError('not_found', `prompt set ${promptSetId} is unknown; there is ${only.promptSetId}`, {
        context: { promptSetId },
      });
    },
  };
}
