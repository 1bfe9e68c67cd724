/** Whether cycles have prompts to ask with. Nothing is made for the question: where no database is, none are stored yet. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '#db/client.ts';
import { createPromptRepository } from '#db/repositories/prompts.ts';
import { toAppError } from '#domain/errors.ts';
import { storedPromptSet } from '#prompts/prompt-source.ts';
import { PROMPT_NAMES } from '#prompts/prompt-variables.ts';
import type { Config } from '../config.ts';
import { openDatabaseServer } from '../open-tables.ts';
import { lacksProduction } from '../prompts/lacks-production.ts';
import { wallClock } from '../wall-clock.ts';
import type { Check } from './check.ts';
import { cliLogger } from './session.ts';

const NONE = 'none stored yet: the baseline comes in with the first start';

export async function checkPrompts(config: Config): Promise<Check> {
  const name = 'prompts';
  if (config.databaseUrl === null && !existsSync(join(config.homeDir, 'postgres')))
    return { name, status: 'ok', detail: NONE };
  try {
    return { name, ...(await standing(config)) };
  } catch (thrown) {
    const { code, message } = toAppError(thrown);
    if (code === 'prompt_invalid') return { name, status: 'failed', detail: message };
    return { name, status: 'note', detail: `cannot be looked at: ${message}` };
  }
}

async function standing(config: Config): Promise<Omit<Check, 'name'>> {
  const server = await openDatabaseServer(config, cliLogger(config));
  try {
    const database = await openDatabase({ url: server.url, maxConnections: 1, connectTimeoutMs: 5_000 });
    try {
      const prompts = createPromptRepository(database);
      if ((await prompts.list()).length === 0) return { status: 'ok', detail: NONE };
      const set = await prompts.resolveSet('production', wallClock.nowMs());
      const missing = PROMPT_NAMES.filter((one) => set.prompts[one] === undefined);
      if (missing.length > 0) throw lacksProduction(missing);
      storedPromptSet(set.promptSetId, set.prompts);
      const versions = Object.entries(set.prompts).map(([one, { version }]) => `${one} ${version}`);
      return { status: 'ok', detail: `production is ${versions.join(', ')}` };
    } finally {
      await database.close();
    }
  } finally {
    await server.stop();
  }
}
