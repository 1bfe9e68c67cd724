/** The configured models, each watched over, with the one that answers while another is down. */
import type { ChatModel } from '#agents/chat-model.ts';
import { withFallback } from '#agents/fallback-model.ts';
import { createChatModel } from '#agents/model.ts';
import { capabilitiesOf, priceOf } from '#agents/model-capabilities.ts';
import { type ModelHealth, type ModelHealthChange, watchModel } from '#agents/model-health.ts';
import type { ModelPrice } from '#agents/model-table.ts';
import type { LlmCallRepository } from '#db/repositories/llm-calls.ts';
import type { LlmCall } from '#domain/desk-event.ts';
import type { IdSource } from '#domain/ids.ts';
import type { Clock } from '#domain/time.ts';
import type { LlmConfig } from '../config-model.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export const MAX_ATTEMPTS = 3;
/** Of a question's time, so that a fallback has the rest where the first one stalls. */
const FIRST_SHARE = 0.6;

export type ModelUse = 'usual' | 'cheaper' | 'fallback';

export interface Models {
  /** Null when no model is configured: every agent decides by its rules. */
  readonly usual: ChatModel | null;
  /** Null when there is none. */
  readonly cheaper: ChatModel | null;
  /** As this process has found them: the usual one first; empty when no model is configured. */
  health(): readonly (ModelHealth & { readonly use: ModelUse })[];
}

export interface ModelsOptions {
  readonly config: LlmConfig;
  readonly calls: Pick<LlmCallRepository, 'addBeforeItsWords'>;
  readonly wallClock: Clock;
  /** By which a model that does not answer is left alone; the wall's when absent. */
  readonly restClock?: Clock;
  readonly ids: IdSource;
  readonly metrics: Pick<Metrics, 'llmCalls' | 'llmCostUsd' | 'modelUp'>;
  readonly onChange?: (change: ModelHealthChange) => void;
  readonly onUnstored?: (call: LlmCall, error: unknown) => void;
  /** Put around each model by itself, so that each is paid at its own price. */
  readonly around?: (model: ChatModel, at: Pick<ModelPlace, 'price' | 'baseUrl'>) => ChatModel;
}

export interface ModelPlace {
  readonly use: ModelUse;
  readonly model: string;
  readonly baseUrl: string | null;
  readonly apiKey: string | null;
  readonly price: ModelPrice | null;
  readonly timeoutMs: number;
}

export function openModels(options: ModelsOptions): Models {
  const { config, around = (model) => model } = options;
  if (!isModelConfigured(config)) return { usual: null, cheaper: null, health: () => [] };
  const watched = placesOf(config).map((place) => ({
    ...{ use: place.use, model: openModel(place, options) },
    place,
  }));
  const asked = (wanted: ModelUse): ChatModel | null => {
    const found = watched.find(({ use }) => use === wanted);
    return found === undefined ? null : around(found.model, found.place);
  };
  const fallback = asked('fallback');
  const backed = (model: ChatModel | null) =>
    model === null || fallback === null ? model : withFallback(model, fallback);
  return {
    usual: backed(asked('usual')),
    cheaper: backed(asked('cheaper')),
    health: () => watched.map(({ use, model }) => ({ ...model.health(), use })),
  };
}

/** A key, or a base URL of a server that wants none (a local model). */
export function isModelConfigured({ apiKey, baseUrl }: Pick<LlmConfig, 'apiKey' | 'baseUrl'>): boolean {
  return apiKey !== null || baseUrl !== null;
}

/** What is asked where and with whose key. A price that a person set is the usual model's alone. */
export function placesOf(config: LlmConfig): ModelPlace[] {
  const { apiKey, baseUrl, fallback, savingModel, timeoutMs } = config;
  const firstMs = fallback === null ? timeoutMs : Math.round(timeoutMs * FIRST_SHARE);
  const price = (model: string, at: string | null) =>
    priceOf(model, at, model === config.model && at === baseUrl ? config.price : null);
  const own = (use: ModelUse, model: string): ModelPlace => ({
    ...{ use, model, baseUrl, apiKey, timeoutMs: firstMs },
    price: price(model, baseUrl),
  });
  return [
    own('usual', config.model),
    ...(savingModel === null ? [] : [own('cheaper', savingModel)]),
    ...(fallback === null
      ? []
      : [
          {
            ...{ ...fallback, use: 'fallback' as const, timeoutMs },
            price: price(fallback.model, fallback.baseUrl),
          },
        ]),
  ];
}

/** Stores a call and counts it. */
export async function recordCall(
  call: LlmCall,
  { calls, metrics }: Pick<ModelsOptions, 'calls' | 'metrics'>,
): Promise<void> {
  metrics.llmCalls.inc({ agent: call.agent, status: call.status });
  if (call.costUsd !== null) metrics.llmCostUsd.inc({ agent: call.agent }, call.costUsd);
  await calls.addBeforeItsWords(call);
}

function openModel(place: ModelPlace, options: ModelsOptions) {
  const { calls, wallClock, restClock = wallClock, ids, metrics, onChange, onUnstored } = options;
  const { use, model, baseUrl, apiKey, price, timeoutMs } = place;
  const chat = createChatModel({
    ...{ model, baseUrl, timeoutMs, wallClock, ids },
    // A server of one's own wants a key to be there and reads none.
    apiKey: apiKey ?? 'none',
    maxAttempts: MAX_ATTEMPTS,
    priceOf: () => price,
    random: { next: Math.random },
    recordCall: (call) => recordCall(call, { calls, metrics }),
    ...(onUnstored && { onUnstored }),
  });
  metrics.modelUp.set({ use }, 1);
  return watchModel(chat, {
    provider: capabilitiesOf(model, baseUrl).host,
    wallClock: restClock,
    onChange(change) {
      metrics.modelUp.set({ use }, change.status === 'up' ? 1 : 0);
      onChange?.(change);
    },
  });
}
