/** The fall of the whole market: the mean over the assets of the universe, each weighted alike, from its own high. */
import { type EpochMs, HOUR_MS } from '#domain/time.ts';
import { fallTriggerName, MARKET, type MarketLimits } from './market-limits.ts';
import type { PriceSource } from './price-source.ts';
import { createTriggerLevel, type TriggerLevel } from './trigger-level.ts';

export interface MarketTrigger {
  readonly name: string;
  readonly limit: number;
  readonly level: TriggerLevel;
  readonly symbol: typeof MARKET;
  /** Takes what this source holds now; true when it trips. O(assets). */
  take(source: PriceSource, nowMs: EpochMs): boolean;
}

/** What nobody could measure for a whole window is of the past: a level that stayed would stay for ever. */
const FORGOTTEN_AFTER_MS = 4 * HOUR_MS;

/**
 * By what closes and prints hold, never by wicks. Each asset speaks through its finest source; one that fell silent is
 * left out. With fewer than `leastAssets` it is not measured and the level stays, since that would be one coin's fall.
 */
export function createMarketTrigger(limits: MarketLimits, window: number): MarketTrigger {
  const limit = limits.market.fourHoursFraction;
  const level = createTriggerLevel({ ...limits, limit });
  const speakers = new Map<string, PriceSource>();
  /** In the order of names, so that the sum does not depend on who was seen first. */
  let inOrder: readonly PriceSource[] = [];
  let measuredAtMs: EpochMs = 0;

  function speaks(source: PriceSource, nowMs: EpochMs): boolean {
    const speaker = speakers.get(source.asset);
    if (speaker === source) return true;
    if (speaker?.isLive(nowMs) && speaker.widthMs <= source.widthMs) return false;
    speakers.set(source.asset, source);
    inOrder = [...speakers.values()].sort((left, right) => (left.asset < right.asset ? -1 : 1));
    return true;
  }

  return {
    name: fallTriggerName({ asset: MARKET, windowMs: 4 * HOUR_MS }),
    limit,
    level,
    symbol: MARKET,
    take(source, nowMs) {
      if (!speaks(source, nowMs)) return false;
      let sum = 0;
      let count = 0;
      for (const speaker of inOrder) {
        if (!speaker.isLive(nowMs)) continue;
        sum += speaker.fall(window).held;
        count += 1;
      }
      if (count < limits.market.leastAssets) {
        if (nowMs - measuredAtMs > FORGOTTEN_AFTER_MS) level.forgive();
        return false;
      }
      measuredAtMs = nowMs;
      const value = sum / count;
      return level.take({ value, isCrossed: value >= limit }, nowMs);
    },
  };
}
