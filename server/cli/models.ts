import { createSpendingRepository } from '#db/repositories/spending.ts';
import { createSpendingSwitchRepository } from '#db/repositories/spending-switch.ts';
import type { ModelModes, SpendingMode } from '#domain/spending.ts';
import { isoTime } from '#domain/time.ts';
import type { LlmConfig } from '../config-model.ts';
import { isModelConfigured } from '../engine/models.ts';
import { modelModes, switchMode } from '../model-modes.ts';
import { type ModelSpending, modelSpending, spendingWords } from '../model-spending.ts';
import { withTables } from '../open-tables.ts';
import { wallClock } from '../wall-clock.ts';
import { budgetText } from './budget-text.ts';
import { cliConfig, cliLogger, printJson } from './session.ts';

export interface ModelsOptions {
  readonly mode?: SpendingMode | 'configured';
  readonly json: boolean;
}

/** Shows the mode, or switches every process of the database; each hears of it with its next run. */
export async function models({ mode, json }: ModelsOptions): Promise<void> {
  const config = cliConfig();
  const { llm } = config;
  const [modes, standing] = await withTables(config, cliLogger(config), async (database) => {
    const spendingSwitch = createSpendingSwitchRepository(database);
    const change = { setBy: 'command line', atMs: wallClock.nowMs() };
    const told =
      mode === undefined
        ? await modelModes(llm, spendingSwitch)
        : await switchMode(llm, spendingSwitch, { ...change, mode: mode === 'configured' ? null : mode });
    const rows = { spendingSwitch, spending: createSpendingRepository(database) };
    return [told, await modelSpending(llm, rows, wallClock.nowMs())] as const;
  });
  const { budget, budgetSpent } = standing;
  if (json) printJson({ ...modes, budget, budgetSpent });
  else process.stdout.write(`${textOf(modes, standing, llm)}\n`);
}

function textOf(modes: ModelModes, standing: ModelSpending, llm: LlmConfig): string {
  const { mode, configured, effective, switchedAtMs, switchedBy, model, savingModel } = modes;
  const asked = {
    premium: model,
    saving: savingModel ?? 'nobody: LLM_SAVING_MODEL names no model',
    free: 'nobody',
  };
  const lines = [`mode ${effective}: ${asked[effective]} is asked`];
  const isConfigured = isModelConfigured(llm);
  if (!isConfigured) lines[0] = `mode ${effective}; no model is configured, so the rules decide`;
  lines.push(
    mode === null
      ? `as configured; \`models --mode MODE\` switches every process from its next run on`
      : `switched by ${switchedBy} at ${isoTime(switchedAtMs ?? 0)}; configured is ${configured} (\`models --mode configured\` goes back to it)`,
  );
  if (isConfigured) lines.push(budgetText(standing.budget));
  const held = spendingWords(standing, llm);
  if (isConfigured && standing.budgetSpent && held !== null) lines.push(held);
  return lines.join('\n');
}
