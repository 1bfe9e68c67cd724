/** Whether models are asked now. Nothing is made for the question: where no database is, nothing was spent. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '#db/client.ts';
import { createSpendingRepository } from '#db/repositories/spending.ts';
import { createSpendingSwitchRepository } from '#db/repositories/spending-switch.ts';
import { toAppError } from '#domain/errors.ts';
import type { Config } from '../config.ts';
import { isModelConfigured } from '../engine/models.ts';
import { type ModelSpending, modelSpending, spendingWords } from '../model-spending.ts';
import { openDatabaseServer } from '../open-tables.ts';
import { wallClock } from '../wall-clock.ts';
import { budgetText } from './budget-text.ts';
import type { Check } from './check.ts';
import { cliLogger } from './session.ts';

/** None where no model is configured. */
export async function checkSpending(config: Config): Promise<Check[]> {
  const name = 'budget';
  if (!isModelConfigured(config.llm)) return [];
  try {
    const spending = await readSpending(config);
    const held = spendingWords(spending, config.llm);
    const detail = `${held === null ? '' : `${held}; `}${budgetText(spending.budget)}`;
    return [{ name, status: held === null ? 'ok' : 'note', detail }];
  } catch (thrown) {
    return [{ name, status: 'note', detail: `cannot be looked at: ${toAppError(thrown).message}` }];
  }
}

async function readSpending(config: Config): Promise<ModelSpending> {
  const nowMs = wallClock.nowMs();
  if (config.databaseUrl === null && !existsSync(join(config.homeDir, 'postgres')))
    return modelSpending(config.llm, NOTHING_SPENT, nowMs);
  const server = await openDatabaseServer(config, cliLogger(config));
  try {
    const database = await openDatabase({ url: server.url, maxConnections: 2, connectTimeoutMs: 5_000 });
    try {
      const rows = {
        spending: createSpendingRepository(database),
        spendingSwitch: createSpendingSwitchRepository(database),
      };
      return await modelSpending(config.llm, rows, nowMs);
    } finally {
      await database.close();
    }
  } finally {
    await server.stop();
  }
}

const NOTHING_SPENT = {
  spending: { ofDay: async () => ({ dayUsd: 0, untoldUsd: 0 }) },
  spendingSwitch: { read: async () => null },
};
