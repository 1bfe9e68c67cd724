/** What models may still cost on this UTC day, and in which mode they are asked: for pages, probes and commands. */

import { costUsd } from '#agents/estimate-cost.ts';
import { capabilitiesOf } from '#agents/model-capabilities.ts';
import type { PricedModel } from '#agents/priced-model.ts';
import type { SpendingRepository } from '#db/repositories/spending.ts';
import type { SpendingSwitchRepository } from '#db/repositories/spending-switch.ts';
import type { SystemState } from '#domain/desk-event.ts';
import { type SpendingLimits, shortfallOf } from '#domain/spending-limits.ts';
import { DAY_MS, type EpochMs } from '#domain/time.ts';
import type { LlmConfig } from './config-model.ts';
import { isModelConfigured, placesOf } from './engine/models.ts';
import { effectiveMode } from './engine/spending-mode.ts';

export type ModelSpending = Pick<SystemState['model'], 'mode' | 'budgetSpent' | 'budget'>;

export interface SpendingRead {
  readonly spending: Pick<SpendingRepository, 'ofDay'>;
  readonly spendingSwitch: Pick<SpendingSwitchRepository, 'read'>;
}

/** The Scanner's call and one of each that follows from it, with answers as long as our prompts allow. */
const LEAST_CYCLE = { calls: 4, inputTokens: 12_000, outputTokens: 6_200 };

export async function modelSpending(
  llm: LlmConfig,
  rows: SpendingRead,
  nowMs: EpochMs,
): Promise<ModelSpending> {
  const mode = effectiveMode(llm, await rows.spendingSwitch.read());
  const { dayUsd, untoldUsd } = await rows.spending.ofDay({ nowMs, dayFromMs: nowMs - (nowMs % DAY_MS) });
  return {
    mode,
    budgetSpent: isModelConfigured(llm) && isSpent(dayUsd, llm, mode),
    budget: { spentUsd: dayUsd, untoldUsd, limitUsd: llm.budgetUsdPerDay },
  };
}

/** Null where models are asked as configured. Otherwise what stands in their way, or who is asked instead. */
export function spendingWords(spending: ModelSpending, llm: LlmConfig): string | null {
  if (spending.mode === 'free') return 'the mode is free: the rules decide';
  if (llm.budgetUsdPerDay === 0 || llm.budgetUsdPerCycle === 0)
    return `LLM_BUDGET_USD_PER_${llm.budgetUsdPerDay === 0 ? 'DAY' : 'CYCLE'} is 0: the rules decide`;
  if (spending.budgetSpent) return "the day's budget is spent: the rules decide until 00:00 UTC";
  return spending.mode === 'saving' ? `the mode is saving: ${llm.savingModel ?? 'nobody'} is asked` : null;
}

/** Whether not even the least cycle fits into what is left; nothing is ever spent to the last cent. */
function isSpent(dayUsd: number, llm: LlmConfig, mode: ModelSpending['mode']): boolean {
  const limits: SpendingLimits = {
    usdPerDay: llm.budgetUsdPerDay,
    usdPerCycle: llm.budgetUsdPerCycle === 0 ? 0 : Number.POSITIVE_INFINITY,
  };
  const own = placesOf(llm).filter(({ use }) => use !== 'fallback');
  const isPriced = own.some(({ price }) => price !== null);
  const asked = own.filter(({ use, price }) =>
    mode === 'saving' ? use === 'cheaper' : use === 'usual' || price !== null || !isPriced,
  );
  const isOver = ({ model, baseUrl, price }: (typeof asked)[number]) => {
    const usd = leastCycleUsd({ price, thinkingTokens: capabilitiesOf(model, baseUrl).thinkingTokens });
    return shortfallOf({ dayUsd, cycleUsd: 0 }, usd, limits) !== null;
  };
  return asked.length > 0 && asked.every(isOver);
}

function leastCycleUsd({ price, thinkingTokens = 0 }: PricedModel): number | null {
  const { calls, inputTokens, outputTokens } = LEAST_CYCLE;
  return costUsd({ inputTokens, outputTokens: outputTokens + calls * thinkingTokens }, price);
}
