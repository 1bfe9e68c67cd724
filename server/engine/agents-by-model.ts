import type { AgentDesk } from '#agents/agent-desk.ts';
import { keepLatest } from '#domain/latest.ts';
import type { LlmConfig } from '../config-model.ts';

/** Of the models on trial, those asked last keep what was learnt of them; names are a caller's, so there is no end of them. */
const MOST_KEPT = 4;

/**
 * The agents of a fork or a shadow. The configured model is asked as cycles ask it. Another one is asked by itself: what
 * is on trial is never answered by a fallback or a cheaper one in its place. Null is the rules alone. Each is watched over
 * apart from the desks' own: a candidate that lets its question time out takes no model from those that trade.
 */
export function agentsByModel(
  config: LlmConfig,
  desks: {
    readonly rules: AgentDesk;
    readonly open: (config: LlmConfig) => AgentDesk;
  },
): (model: string | null) => AgentDesk {
  const onTrial = keepLatest<string, AgentDesk>(MOST_KEPT);
  return (model) => {
    if (model === null) return desks.rules;
    const asked = model === config.model ? config : aloneWith(model, config);
    const agents = onTrial.get(model) ?? desks.open(asked);
    onTrial.set(model, agents);
    return agents;
  };
}

/**
 * A price a person has set is the configured model's. Who names a model wants that one asked: no switch of modes, before or
 * after, holds over it.
 */
function aloneWith(model: string, config: LlmConfig): LlmConfig {
  const mode = { mode: 'premium', modeTypedAtMs: Number.POSITIVE_INFINITY } as const;
  return { ...config, ...mode, model, price: null, fallback: null, savingModel: null };
}
