import type { PromptRepository } from '#db/repositories/prompts.ts';
import { loadPrompts } from '#prompts/load-prompts.ts';
import { rootFolder } from '../paths.ts';
import { wallClock } from '../wall-clock.ts';

/** Brings the baseline in `prompts/` into the database. */
export async function seedPrompts(prompts: Pick<PromptRepository, 'seed'>): Promise<void> {
  const files = loadPrompts(`${rootFolder()}/prompts`);
  const seeds = files.map(({ name, text, settings, variables }) => ({
    name,
    text,
    config: settings,
    variables,
  }));
  await prompts.seed(seeds, wallClock.nowMs());
}
