/** Whether a model can have read about the time it decided in: then it may remember what it seems to foresee. */
import { capabilitiesOf } from '#agents/model-capabilities.ts';
import type { EpochMs } from '#domain/time.ts';
import type { LlmConfig } from '../config-model.ts';

export type Knowledge = 'before_cutoff' | 'after_cutoff' | 'cutoff_unknown' | 'made_up' | 'no_model';

export interface KnownModel {
  readonly model: string;
  /** Null when nobody has told. */
  readonly knowledgeCutoffMs: EpochMs | null;
}

/** `LLM_KNOWLEDGE_CUTOFF` speaks of the configured model alone; the table of models knows some of the others. */
export function knownModel(
  model: string,
  config: Pick<LlmConfig, 'model' | 'baseUrl' | 'knowledgeCutoffMs'>,
): KnownModel {
  const told = model === config.model ? config.knowledgeCutoffMs : null;
  return { model, knowledgeCutoffMs: told ?? capabilitiesOf(model, config.baseUrl).knowledgeCutoffMs };
}

/** Of a cycle that asked several models the least favourable counts; prices that were made up nobody has read about. */
export function knowledgeAt(
  atMs: EpochMs,
  models: readonly KnownModel[],
  { isSynthetic }: { readonly isSynthetic: boolean },
): Knowledge {
  if (isSynthetic) return 'made_up';
  if (models.length === 0) return 'no_model';
  const cutoffs = models.map(({ knowledgeCutoffMs }) => knowledgeCutoffMs);
  if (cutoffs.some((cutoff) => cutoff !== null && atMs < cutoff)) return 'before_cutoff';
  return cutoffs.includes(null) ? 'cutoff_unknown' : 'after_cutoff';
}

export const KNOWLEDGE_WORDS: Readonly<Record<Knowledge, string>> = {
  before_cutoff:
    'before the model’s knowledge cut-off: it may have read about this period, so this tells nothing of foresight',
  after_cutoff: 'after the model’s knowledge cut-off: it cannot have read about this period',
  cutoff_unknown:
    'the model’s knowledge cut-off is unknown: it may have read about this period; set LLM_KNOWLEDGE_CUTOFF',
  made_up: 'prices that were made up: no model has read about them, and no real market moved so',
  no_model: 'no model was asked',
};
