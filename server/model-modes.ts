/** Which mode the desks stand on, and how a person switches them while they run. For the API and the command line. */
import type { SpendingSwitchRepository } from '#db/repositories/spending-switch.ts';
import { AppError } from '#domain/errors.ts';
import type { ModelModes, SpendingMode } from '#domain/spending.ts';
import type { EpochMs } from '#domain/time.ts';
import type { LlmConfig } from './config-model.ts';
import { effectiveMode } from './engine/spending-mode.ts';

type Switches = Pick<SpendingSwitchRepository, 'read' | 'set'>;

export async function modelModes(llm: LlmConfig, switches: Pick<Switches, 'read'>): Promise<ModelModes> {
  const switched = await switches.read();
  return {
    ...{ mode: switched?.mode ?? null, switchedBy: switched?.setBy ?? null },
    ...{ switchedAtMs: switched?.atMs ?? null, configured: llm.mode },
    ...{ effective: effectiveMode(llm, switched), model: llm.model, savingModel: llm.savingModel },
  };
}

/** Null gives each process back to its own configuration. @throws AppError `conflict` for saving without a model for it */
export async function switchMode(
  llm: LlmConfig,
  switches: Switches,
  change: { readonly mode: SpendingMode | null; readonly setBy: string; readonly atMs: EpochMs },
): Promise<ModelModes> {
  const { mode, ...by } = change;
  if (mode !== null) assertCanAsk(llm, mode, 'conflict');
  await switches.set(mode, by);
  return modelModes(llm, switches);
}

export function assertCanAsk(
  { savingModel }: LlmConfig,
  mode: SpendingMode,
  code: 'conflict' | 'usage_invalid',
): void {
  if (mode === 'saving' && savingModel === null)
    throw new AppError(code, 'the mode saving asks LLM_SAVING_MODEL, and it names none: set it first');
}
