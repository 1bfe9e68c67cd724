/** What the market's breaker tells as it is fed. */
import type { EpochMs } from '#domain/time.ts';
import type { Recovery } from './trip-recovery.ts';

export interface TripEvent {
  readonly kind: 'tripped';
  readonly trigger: string;
  /** What stands for the value; `market` for the whole, null for liquidations. */
  readonly symbol: string | null;
  readonly atMs: EpochMs;
  /** When the threshold was first passed by anything; before `atMs` where that was not believed at once. */
  readonly crossedAtMs: EpochMs;
  readonly value: number;
}

/** A price that would have tripped and was not believed. */
export interface FalsePrintEvent {
  readonly kind: 'false_print';
  readonly trigger: string;
  readonly symbol: string;
  readonly atMs: EpochMs;
  readonly value: number;
  readonly reason: 'single_print' | 'wick' | 'one_venue';
}

export interface ClearedEvent {
  readonly kind: 'cleared';
  readonly atMs: EpochMs;
  readonly recovery: Recovery;
}

export type MarketEvent = TripEvent | FalsePrintEvent | ClearedEvent;
