/** What models may cost in this process: each call paid out of the shared purse, behind the answers given before. */
import type { Budget } from '#agents/budget.ts';
import { type AnswerCache, cachedModel } from '#agents/cached-model.ts';
import { meteredModel } from '#agents/metered-model.ts';
import { capabilitiesOf } from '#agents/model-capabilities.ts';
import type { LlmCallRepository } from '#db/repositories/llm-calls.ts';
import type { SpendingSwitchRepository } from '#db/repositories/spending-switch.ts';
import type { IdSource } from '#domain/ids.ts';
import type { Clock } from '#domain/time.ts';
import type { LlmConfig } from '../config-model.ts';
import { packageVersion } from '../paths.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { MAX_ATTEMPTS, type ModelPlace, type ModelsOptions, placesOf, recordCall } from './models.ts';
import { createPurse, type SpendingRows } from './purse.ts';
import { effectiveMode } from './spending-mode.ts';

/** Requests of one question at most: its attempts, and its steps down to weaker response formats. */
const MOST_REQUESTS = MAX_ATTEMPTS + 4;
const WAIT_BETWEEN_MS = 10_000;

export interface SpendingOptions {
  readonly config: LlmConfig;
  readonly rows: {
    readonly spending: SpendingRows;
    readonly spendingSwitch: Pick<SpendingSwitchRepository, 'read'>;
    readonly answers: AnswerCache;
    readonly calls: Pick<LlmCallRepository, 'addBeforeItsWords'>;
  };
  readonly wallClock: Clock;
  readonly ids: IdSource;
  readonly metrics: Pick<Metrics, 'llmCalls' | 'llmCostUsd' | 'modelUp'>;
}

export interface OpenSpending {
  readonly around: NonNullable<ModelsOptions['around']>;
  readonly budget: Budget;
}

export function openSpending({ config, rows, wallClock, ids, metrics }: SpendingOptions): OpenSpending {
  const purse = createPurse({
    rows: rows.spending,
    limits: { usdPerDay: config.budgetUsdPerDay, usdPerCycle: config.budgetUsdPerCycle },
    holdMs: MOST_REQUESTS * (config.timeoutMs + WAIT_BETWEEN_MS),
    ...{ wallClock, ids },
  });
  const priced = ({ model, baseUrl, price }: Pick<ModelPlace, 'model' | 'baseUrl' | 'price'>) => ({
    ...{ price, thinkingTokens: capabilitiesOf(model, baseUrl).thinkingTokens },
  });
  const placed = (wanted: ModelPlace['use']) => {
    const place = placesOf(config).find(({ use }) => use === wanted);
    return place === undefined ? null : priced(place);
  };
  return {
    around: (model, { price, baseUrl }) =>
      cachedModel(meteredModel(model, { purse, ...priced({ model: model.name, price, baseUrl }) }), {
        ...{ cache: rows.answers, maxAgeMs: config.cacheMs, wallClock, ids },
        keyedBy: [packageVersion(), baseUrl ?? 'openai'],
        recordCall: (call) => recordCall(call, { calls: rows.calls, metrics }),
      }),
    budget: {
      purse,
      usual: placed('usual') ?? { price: null },
      cheaper: placed('cheaper'),
      mode: async () => effectiveMode(config, await rows.spendingSwitch.read()),
    },
  };
}
