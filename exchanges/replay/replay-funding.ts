import { join } from 'node:path';
import type { Funding } from '#domain/market.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import type { FundingSettlement } from '#exchanges/ports/market-data.ts';
import type { FundingFile } from './candle-file-name.ts';
import { decodeFunding } from './decode-funding.ts';
import { readBytes } from './read-bytes.ts';

export interface FundingBook {
  /** All settlements of the symbol's files, oldest first; empty where there is no file. Read once. */
  settlements(symbol: MarketSymbol): Promise<readonly FundingSettlement[]>;
}

/** What venues settle at unless two settlements say otherwise. */
const USUAL_INTERVAL_MS = 8 * HOUR_MS;

export function createFundingBook(folder: string, files: readonly FundingFile[]): FundingBook {
  const read = new Map<MarketSymbol, Promise<readonly FundingSettlement[]>>();

  async function readAll(symbol: MarketSymbol): Promise<readonly FundingSettlement[]> {
    const own = files
      .filter((file) => file.symbol === symbol)
      .sort((left, right) => left.fromMs - right.fromMs);
    const joined: FundingSettlement[] = [];
    for (const file of own) {
      const lastAtMs = joined.at(-1)?.atMs ?? 0;
      const settlements = decodeFunding(await readBytes(join(folder, file.name)), file.name);
      joined.push(...settlements.filter((settlement) => settlement.atMs > lastAtMs));
    }
    return joined;
  }

  return {
    settlements(symbol) {
      const known = read.get(symbol);
      if (known) return known;
      const reading = readAll(symbol);
      read.set(symbol, reading);
      return reading;
    },
  };
}

/** Settlements with `fromMs < atMs <= toMs`. */
export function settlementsBetween(
  settlements: readonly FundingSettlement[],
  fromMs: EpochMs,
  toMs: EpochMs,
): readonly FundingSettlement[] {
  return settlements.slice(countUntil(settlements, fromMs), countUntil(settlements, toMs));
}

/**
 * The last settled rate as the estimate of the next one, with the next settlement's time. Looks at nothing after
 * `asOfMs`. Null before the first settlement and where settlements have stopped coming.
 */
export function fundingAt(settlements: readonly FundingSettlement[], asOfMs: EpochMs): Funding | null {
  const settled = countUntil(settlements, asOfMs);
  const last = settlements[settled - 1];
  if (!last) return null;
  const previous = settlements[settled - 2];
  const gapMs = previous ? wholeMinutes(last.atMs - previous.atMs) : USUAL_INTERVAL_MS;
  const intervalMs = Math.min(gapMs, USUAL_INTERVAL_MS);
  const lastAtMs = wholeMinutes(last.atMs);
  if (intervalMs <= 0 || asOfMs >= lastAtMs + 2 * USUAL_INTERVAL_MS) return null;
  const passed = Math.floor(Math.max(0, asOfMs - lastAtMs) / intervalMs);
  return { rateFraction: last.rateFraction, nextAtMs: lastAtMs + (passed + 1) * intervalMs };
}

/** Venues stamp settlements some milliseconds late. */
function wholeMinutes(durationMs: number): number {
  return Math.round(durationMs / MINUTE_MS) * MINUTE_MS;
}

/** How many settlements there were at `atMs`, that instant included. */
function countUntil(settlements: readonly FundingSettlement[], atMs: EpochMs): number {
  let low = 0;
  let high = settlements.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (settlements[middle]!.atMs > atMs) high = middle;
    else low = middle + 1;
  }
  return low;
}
