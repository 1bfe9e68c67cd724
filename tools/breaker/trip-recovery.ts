/** Whether the market has come back from a trip (REQUIREMENTS, Circuit breaker), with each condition's numbers. */
import { createRollingSum } from '#domain/rolling-sum.ts';
import { DAY_MS, type EpochMs, HOUR_MS } from '#domain/time.ts';
import type { MarketLimits } from './market-limits.ts';

export interface RecoveryCondition {
  readonly condition: 'released' | 'calm' | 'liquidations' | 'back' | 'volume';
  /** Null when there is nothing to measure it by, which keeps nobody back. */
  readonly isMet: boolean | null;
  readonly value: number | null;
  readonly limit: number;
}

export interface Recovery {
  readonly isRecovered: boolean;
  readonly asOfMs: EpochMs;
  readonly trippedAtMs: EpochMs;
  readonly conditions: readonly RecoveryCondition[];
}

/** What the breaker knows at the instant of the question. */
export interface RecoveryQuestion {
  readonly nowMs: EpochMs;
  /** Triggers that still stand at `tripped`. */
  readonly trippedTriggers: number;
  readonly liquidations: HourOfLiquidations | null;
  /** Whether the leading asset's price is of now. */
  readonly isLeaderLive: boolean;
}

/** Forced closes of the last hour as a venue told them. */
export interface HourOfLiquidations {
  readonly atMs: EpochMs;
  readonly heardUsd: number;
  /** From when on nothing was missed: a low sum counts only when this is an hour ago. */
  readonly unbrokenSinceMs: EpochMs;
}

/** Follows the leading asset: BTC, or where BTC is not seen the asset that tripped. */
export interface TripRecovery {
  trip(trip: { readonly atMs: EpochMs; readonly high: number; readonly price: number }): void;
  /** The leading asset's price; only while tripped. */
  price(price: number): void;
  /** A fall over the limit within its window, of BTC or ETH. */
  fell(atMs: EpochMs): void;
  /** Volume that was traded up to this instant; always. */
  volume(atMs: EpochMs, amount: number): void;
  /** Whether it cannot have recovered yet, told without adding anything up. */
  isTooSoon(nowMs: EpochMs): boolean;
  answer(question: RecoveryQuestion): Recovery;
  /** It is over: the next trip measures its own fall. */
  clear(): void;
}

/** Less than this behind it is no average. */
const LEAST_AVERAGE_MS = 2 * HOUR_MS;

export function createTripRecovery(limits: MarketLimits['recovery']): TripRecovery {
  const hour = createRollingSum({ windowMs: HOUR_MS });
  const day = createRollingSum({ windowMs: DAY_MS });
  let volumeSinceMs: EpochMs | null = null;
  let trippedAtMs = 0;
  let lastFellAtMs = 0;
  let high = 0;
  let low = Number.POSITIVE_INFINITY;
  let last = Number.NaN;

  function calm(nowMs: EpochMs): RecoveryCondition {
    const value = nowMs - lastFellAtMs;
    return { condition: 'calm', isMet: value >= limits.calmMs, value, limit: limits.calmMs };
  }

  function quiet(nowMs: EpochMs, told: HourOfLiquidations | null): RecoveryCondition {
    const limit = limits.liquidationsPerHourUsd;
    if (!told) return { condition: 'liquidations', isMet: null, value: null, limit };
    const isWhole = told.unbrokenSinceMs <= nowMs - HOUR_MS;
    return {
      condition: 'liquidations',
      isMet: isWhole && told.heardUsd < limit,
      value: told.heardUsd,
      limit,
    };
  }

  function back(isLeaderLive: boolean): RecoveryCondition {
    const limit = limits.backShare;
    if (!(high > 0)) return { condition: 'back', isMet: null, value: null, limit };
    const value = high > low ? (last - low) / (high - low) : 1;
    return { condition: 'back', isMet: isLeaderLive && value >= limit, value, limit };
  }

  function volumeBack(nowMs: EpochMs): RecoveryCondition {
    const limit = limits.volumeShare;
    const seenMs = volumeSinceMs === null ? 0 : Math.min(DAY_MS, nowMs - volumeSinceMs);
    if (seenMs < LEAST_AVERAGE_MS) return { condition: 'volume', isMet: null, value: null, limit };
    const usual = day.at(nowMs) * (HOUR_MS / seenMs);
    const value = usual > 0 ? hour.at(nowMs) / usual : 0;
    return { condition: 'volume', isMet: value > limit, value, limit };
  }

  return {
    trip(trip) {
      trippedAtMs = trip.atMs;
      lastFellAtMs = trip.atMs;
      if (!(trip.price > 0)) return;
      high = Math.max(high, trip.high);
      last = trip.price;
      low = Math.min(low, trip.price);
    },
    price(price) {
      last = price;
      low = Math.min(low, price);
    },
    fell(atMs) {
      lastFellAtMs = atMs;
    },
    volume(atMs, amount) {
      if (!(amount > 0) || amount === Number.POSITIVE_INFINITY) return;
      volumeSinceMs ??= atMs;
      hour.add(atMs, amount);
      day.add(atMs, amount);
    },
    isTooSoon: (nowMs) => nowMs - lastFellAtMs < limits.calmMs,
    answer({ nowMs, trippedTriggers, liquidations, isLeaderLive }) {
      const conditions: RecoveryCondition[] = [
        { condition: 'released', isMet: trippedTriggers === 0, value: trippedTriggers, limit: 0 },
        calm(nowMs),
        quiet(nowMs, liquidations),
        back(isLeaderLive),
        volumeBack(nowMs),
      ];
      const isRecovered = conditions.every(({ isMet }) => isMet !== false);
      return { isRecovered, asOfMs: nowMs, trippedAtMs, conditions };
    },
    clear() {
      high = 0;
      low = Number.POSITIVE_INFINITY;
    },
  };
}
