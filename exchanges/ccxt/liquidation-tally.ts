/** What was closed by force on a venue in the last hour, as far as it was told. */
import type { Liquidation } from 'ccxt';
import { createRollingSum } from '#domain/rolling-sum.ts';
import { type Clock, type EpochMs, HOUR_MS, SECOND_MS } from '#domain/time.ts';
import type { LiquidationReading } from '#exchanges/ports/market-data.ts';

/** How far two clocks that were compared may still differ. */
const AHEAD_TOLERANCE_MS = SECOND_MS;

export interface LiquidationTally {
  /** False for one that is not of a dollar market, or cannot be. */
  take(told: Partial<Liquidation>): boolean;
  /** The connection broke: what came meanwhile was missed. */
  interrupt(): void;
  reading(): LiquidationReading | null;
}

export function createLiquidationTally(options: {
  readonly clock: Clock;
  /** What a contract is of its base; null where the market does not count in dollars and could not be added up. */
  readonly contractSizeOf: (symbol: string) => number | null;
}): LiquidationTally {
  const { clock, contractSizeOf } = options;
  const hour = createRollingSum({ windowMs: HOUR_MS });
  let unbrokenSinceMs: EpochMs | null = null;
  let hasHeard = false;

  /** ccxt leaves the value out where it could have been told. */
  function valueUsd({ symbol, quoteValue, contracts, price }: Partial<Liquidation>): number {
    const contractSize = symbol === undefined ? null : contractSizeOf(symbol);
    if (contractSize === null) return Number.NaN;
    return quoteValue ?? (contracts ?? Number.NaN) * contractSize * (price ?? Number.NaN);
  }

  return {
    take(told) {
      const amountUsd = valueUsd(told);
      const { timestamp } = told;
      if (!(amountUsd > 0 && Number.isFinite(amountUsd))) return false;
      if (timestamp === undefined || !(timestamp <= clock.nowMs() + AHEAD_TOLERANCE_MS)) return false;
      hour.add(timestamp, amountUsd);
      unbrokenSinceMs ??= clock.nowMs();
      hasHeard = true;
      return true;
    },
    interrupt() {
      unbrokenSinceMs = null;
    },
    reading() {
      if (!hasHeard) return null;
      const nowMs = clock.nowMs();
      return { heardUsd: hour.at(nowMs), unbrokenSinceMs: unbrokenSinceMs ?? nowMs };
    },
  };
}
