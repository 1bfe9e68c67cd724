import type { SystemState } from '#domain/desk-event.ts';
import type { ModelModes, SpendingMode } from '#domain/spending.ts';
import { formatUsd } from '../format/number.ts';

export const MODES: readonly SpendingMode[] = ['premium', 'saving', 'free'];

/** What a mode does, from the next run on. */
export function modeMeaning(
  mode: SpendingMode,
  { model, savingModel }: ModelModes,
  isConfigured: boolean,
): string {
  const asking = (words: string) =>
    isConfigured ? `agents ask ${words}` : `agents would ask ${words}; no model is configured`;
  if (mode === 'premium') return asking(model);
  if (mode === 'free') return 'nobody is asked: the rules decide, at no cost';
  return savingModel === null
    ? 'needs a cheaper model: set LLM_SAVING_MODEL first'
    : asking(`${savingModel}, the cheaper model`);
}

/** The mode as it holds: one that asks a model asks nobody where none is configured. */
export function modeName({ configured, mode }: SystemState['model']): string {
  return configured || mode === 'free' ? `mode ${mode}` : `mode ${mode}, without a model`;
}

/** Who decides now, in few words. */
export function thinkerWords(thinking: SystemState['model']): string {
  const { configured, mode, budgetSpent, answering, whenDown } = thinking;
  if (!configured) return 'no model is configured: the rules decide';
  if (mode === 'free') return 'nobody is asked: the rules decide';
  if (answering !== null) return `${answering} answers`;
  if (budgetSpent) return 'the budget is spent: the rules decide';
  return whenDown === 'rules' ? 'the rules decide' : 'the rules decide, and open nothing';
}

/** How much of today's sum is known. */
export function toldWords({ spentUsd, untoldUsd }: SystemState['model']['budget']): string {
  if (untoldUsd > 0)
    return `Of it ${formatUsd(untoldUsd)} is what calls were taken to cost whose price nobody told.`;
  return spentUsd === 0 ? 'Nothing was spent today.' : 'Every call of today told its price.';
}
