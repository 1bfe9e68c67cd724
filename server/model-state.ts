/** The health of the models as pages and probes are shown it. */
import type { ModelNotice, SystemState } from '#domain/desk-event.ts';
import type { DependencyHealth } from './api-deps.ts';
import type { LlmConfig } from './config-model.ts';
import { isModelConfigured, type Models } from './engine/models.ts';
import type { ToldModel } from './events/told-model.ts';
import { type ModelSpending, spendingWords } from './model-spending.ts';

/** Without what models may cost, which only the database knows. */
type ModelState = Omit<SystemState['model'], keyof ModelSpending>;

interface Known {
  readonly config: { readonly llm: LlmConfig };
  readonly models: Pick<Models, 'health'>;
  readonly toldModel: ToldModel;
}

/** As this process has found it; where it has asked nobody yet, as the last one told that did. */
export async function modelState({ config, models, toldModel }: Known): Promise<ModelState> {
  const { model: name, whenDown } = config.llm;
  const well = { status: 'up', sinceMs: null, reason: null } as const;
  if (!isModelConfigured(config.llm))
    return { configured: false, name: null, ...well, whenDown, answering: null };
  const [usual, ...others] = models.health();
  const own = usual === undefined || usual.sinceMs === null ? await toldOf(name, toldModel) : usual;
  const { status, sinceMs, reason } = own ?? well;
  const fallback = others.find(({ use }) => use === 'fallback');
  const instead = fallback?.status === 'up' ? fallback.model : null;
  return {
    ...{ configured: true, name, status, sinceMs, reason, whenDown },
    answering: status === 'up' ? name : instead,
  };
}

async function toldOf(name: string, toldModel: ToldModel): Promise<ModelNotice | null> {
  const told = await toldModel();
  return told?.model === name ? told : null;
}

/** With what holds the model back though it is well. */
export function withSpending(
  state: ModelState,
  spending: ModelSpending,
  { model, savingModel }: Pick<LlmConfig, 'model' | 'savingModel'>,
): SystemState['model'] {
  const isAsked = spending.mode !== 'free' && !spending.budgetSpent;
  const asked = spending.mode === 'saving' && state.answering === model ? savingModel : state.answering;
  return { ...state, ...spending, answering: isAsked ? asked : null };
}

/**
 * A model is never required: without it the rules decide. Anybody may read this: why is told behind the key. Spending is
 * null while the database is away.
 */
export function modelHealth(
  state: ModelState,
  llm: LlmConfig,
  spending: ModelSpending | null = null,
): DependencyHealth {
  const { model } = llm;
  const named = { name: 'model', required: false } as const;
  if (!state.configured) return { ...named, status: 'up', detail: 'none configured: agents decide by rules' };
  if (state.status === 'up') {
    const held = spending === null ? null : spendingWords(spending, llm);
    return { ...named, status: 'up', detail: held === null ? model : `${model}: ${held}` };
  }
  const since = new Date(state.sinceMs ?? 0).toISOString();
  const detail = `${model} is down since ${since}`;
  return state.answering === null
    ? { ...named, status: 'down', detail: `${detail}: agents decide by rules` }
    : { ...named, status: 'degraded', detail: `${detail}: ${state.answering} answers` };
}
