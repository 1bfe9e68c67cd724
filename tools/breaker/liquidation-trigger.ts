import type { MarketLimits } from './market-limits.ts';
import { createTriggerLevel, type TriggerLevel } from './trigger-level.ts';
import type { HourOfLiquidations } from './trip-recovery.ts';

export interface LiquidationTrigger {
  readonly name: string;
  readonly limit: number;
  readonly level: TriggerLevel;
  readonly symbol: null;
  readonly told: HourOfLiquidations | null;
  /** Takes a reading; true when it trips. An unsound one, or one older than the last, is as if it had not come. */
  take(told: HourOfLiquidations): boolean;
}

/** Liquidations of an hour. A sum that springs over the limit from under `watch` waits for the next reading to tell it too. */
export function createLiquidationTrigger(limits: MarketLimits): LiquidationTrigger {
  const limit = limits.liquidationsPerHourUsd;
  const level = createTriggerLevel({ ...limits, limit });
  let last: HourOfLiquidations | null = null;

  return {
    name: 'liquidations_1h',
    limit,
    level,
    symbol: null,
    get told() {
      return last;
    },
    take(told) {
      const isSound = told.heardUsd >= 0 && told.heardUsd < Number.POSITIVE_INFINITY;
      if (!isSound || told.atMs < (last?.atMs ?? 0)) return false;
      const before = last?.heardUsd ?? 0;
      last = told;
      const watch = limit * limits.watchShare;
      const believed = before < watch ? Math.min(told.heardUsd, watch) : told.heardUsd;
      return level.take({ value: believed, isCrossed: told.heardUsd >= limit }, told.atMs);
    },
  };
}
