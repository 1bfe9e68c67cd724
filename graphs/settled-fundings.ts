import type { SettledFunding } from '#agents/background.ts';
import { AppError } from '#domain/errors.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';

/** Settlements come every 8 hours at most: six of them on most venues. */
const LOOK_BACK_MS = 48 * HOUR_MS;
/** By then a venue has told what it settled on the hour. */
const TOLD_AFTER_MS = 2 * MINUTE_MS;

interface Kept {
  readonly hour: number;
  readonly settled: Promise<readonly SettledFunding[]>;
}

const KEPT = new WeakMap<MarketData, Map<MarketSymbol, Kept>>();

/**
 * What was settled in the two days before, oldest first. Venues settle on the hour, and one answer serves for all of it:
 * a live venue counts these questions. A market that does not answer keeps no agent from its question.
 */
export async function settledFundings(
  market: MarketData,
  symbol: MarketSymbol,
  nowMs: EpochMs,
): Promise<readonly SettledFunding[]> {
  const ofMarket = KEPT.get(market) ?? new Map<MarketSymbol, Kept>();
  KEPT.set(market, ofMarket);
  const hour = Math.floor(nowMs / HOUR_MS);
  const kept = ofMarket.get(symbol);
  const isFresh = kept?.hour === hour;
  const settled = isFresh ? kept.settled : market.fundingBetween(symbol, nowMs - LOOK_BACK_MS, nowMs);
  if (!isFresh && nowMs - hour * HOUR_MS >= TOLD_AFTER_MS) ofMarket.set(symbol, { hour, settled });
  try {
    return (await settled).filter(({ atMs }) => atMs <= nowMs);
  } catch (thrown) {
    if (ofMarket.get(symbol)?.settled === settled) ofMarket.delete(symbol);
    if (thrown instanceof AppError) return [];
    throw thrown;
  }
}
