/** Funding and open interest of the made-up perpetuals: closed forms of the time, never of a later price. */
import { DAY_MS, type EpochMs, HOUR_MS } from '#domain/time.ts';
import type { FundingSettlement } from '#exchanges/ports/market-data.ts';
import type { Crash } from './crash.ts';
import { NORMAL, pick, randomFor } from './draws.ts';
import type { SymbolPath } from './symbol-path.ts';

/** Settlements at 00:00, 08:00 and 16:00 UTC, as on Binance. */
export const FUNDING_EVERY_MS = 8 * HOUR_MS;
const BASE_RATE = 0.0001;
const LARGEST_RATE = 0.003;
const TREND_DAYS = 3;

export interface Derivatives {
  /** The rate of a settlement instant: the usual 0.01%, more after a rise, negative after a fall. */
  fundingRateAt(path: SymbolPath, settlementAtMs: EpochMs): number;
  openInterestQuoteAt(path: SymbolPath, atMs: EpochMs): number;
}

export function createDerivatives(seed: number, crash: Crash): Derivatives {
  return {
    fundingRateAt(path, settlementAtMs) {
      // Known since the settlement before, so that the announced rate is the paid one.
      const knownAtMs = settlementAtMs - FUNDING_EVERY_MS;
      const day = Math.floor(knownAtMs / DAY_MS);
      const sinceMidnight = crash.logAt(knownAtMs) - crash.logAt(day * DAY_MS);
      const trend = path.logAt(day) - path.logAt(day - TREND_DAYS) + path.profile.beta * sinceMidnight;
      const random = randomFor(seed, 'funding', path.profile.symbol, settlementAtMs / FUNDING_EVERY_MS);
      const rate = BASE_RATE + 0.0025 * trend + 0.00004 * pick(NORMAL, random);
      return round8(Math.max(-LARGEST_RATE, Math.min(LARGEST_RATE, rate)));
    },
    openInterestQuoteAt(path, atMs) {
      const step = Math.floor(atMs / FUNDING_EVERY_MS);
      const share = atMs / FUNDING_EVERY_MS - step;
      const knot = (at: number) => pick(NORMAL, randomFor(seed, 'open interest', path.profile.symbol, at));
      const wander = 0.08 * (knot(step) * (1 - share) + knot(step + 1) * share);
      // Falling prices liquidate: interest drops further than the price and comes back with it.
      const liquidated = 1.3 * path.profile.beta * crash.logAt(atMs);
      return Math.round(path.profile.openInterestQuote * Math.exp(wander + liquidated));
    },
  };
}

/** The first settlement after `atMs`. */
export function nextFundingAtMs(atMs: EpochMs): EpochMs {
  return (Math.floor(atMs / FUNDING_EVERY_MS) + 1) * FUNDING_EVERY_MS;
}

/** Settlements with `fromMs < atMs <= toMs`, oldest first. */
export function settlementsBetween(
  fromMs: EpochMs,
  toMs: EpochMs,
  rateAt: (atMs: EpochMs) => number,
): FundingSettlement[] {
  const settlements: FundingSettlement[] = [];
  for (let atMs = nextFundingAtMs(fromMs); atMs <= toMs; atMs += FUNDING_EVERY_MS)
    settlements.push({ atMs, rateFraction: rateAt(atMs) });
  return settlements;
}

function round8(value: number): number {
  return Math.round(value * 1e8) / 1e8;
}
