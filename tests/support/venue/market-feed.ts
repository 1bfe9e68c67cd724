/**
 * Prices around what a test sets: the generator's path gives every symbol a past, and from the first price a test
 * sets that past is scaled to meet it, so that indicators see no jump the test did not make.
 */
import type { Big } from 'big.js';
import { AppError } from '#domain/errors.ts';
import { parseSymbol } from '#domain/symbol.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { createGeneratorMarket, DEFAULT_START_AT_MS } from '#exchanges/generator/generator-market.ts';
import type { CandleRequest, FundingSettlement } from '#exchanges/ports/market-data.ts';
import { refusal } from './venue-refusal.ts';
import { PEGGED_SYMBOL } from './venue-symbols.ts';

/** An instant inside every bar, with more look-back in the generator than any test asks for. */
export const VENUE_NOW_MS: EpochMs = DEFAULT_START_AT_MS + 10 * 24 * HOUR_MS + 13 * MINUTE_MS + 7_000;

export interface VenueBar {
  readonly openAtMs: EpochMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

export interface MarketNow {
  readonly last: number;
  readonly quoteVolume24h: number;
  readonly fundingRate: number;
  readonly nextFundingAtMs: EpochMs;
  readonly openInterestBase: number;
}

export interface MarketFeed {
  /** From now on the symbol stays at this price until the next one is set; a price nobody set gives way to the first that is. */
  pin(symbol: string, atMs: EpochMs, last: Big, isAssumed?: boolean): Promise<void>;
  isPinned(symbol: string): boolean;
  /** What the generator says; the price of a pinned symbol comes from its quote instead. */
  now(symbol: string, atMs: EpochMs): Promise<MarketNow>;
  bars(symbol: string, timeframe: Timeframe, fromMs: EpochMs, toMs: EpochMs): Promise<VenueBar[]>;
  settlements(symbol: string, fromMs: EpochMs, toMs: EpochMs): Promise<readonly FundingSettlement[]>;
  close(): Promise<void>;
}

/** Whose bars and terms the pegged symbol borrows, but for its price. */
const LEADER = 'BTCUSDT';

interface Pin {
  readonly atMs: EpochMs;
  readonly price: number;
}

interface Pinned {
  readonly isAssumed: boolean;
  /** What scales the generator's past to the first pin. */
  readonly factor: number;
  readonly list: Pin[];
}

export function createMarketFeed(seed: number): MarketFeed {
  const market = createGeneratorMarket({ seed, barsPerSeries: 100 });
  const pins = new Map<string, Pinned>();

  async function unified<Result>(symbol: string, ask: (symbol: string) => Promise<Result>): Promise<Result> {
    try {
      return await ask(parseSymbol(symbol));
    } catch (thrown) {
      if (thrown instanceof AppError && /^symbol_/.test(thrown.code)) throw refusal(-1121);
      throw thrown;
    }
  }

  const now: MarketFeed['now'] = async (symbol, asOfMs) => {
    // What is pegged has been at 1 for ever.
    if (symbol === PEGGED_SYMBOL) return { ...(await now(LEADER, asOfMs)), last: 1, fundingRate: 0 };
    return unified(symbol, async (name) => {
      const request = { symbols: [name], asOfMs, barsPerSeries: 1, snapshotId: 'venue' };
      const one = (await market.snapshot(request)).markets.get(name);
      if (!one?.funding || one.openInterestQuote === null) throw refusal(-1121);
      const { ticker, funding } = one;
      return {
        last: ticker.lastQuote,
        quoteVolume24h: ticker.quoteVolume24h ?? 0,
        fundingRate: funding.rateFraction,
        nextFundingAtMs: funding.nextAtMs,
        openInterestBase: one.openInterestQuote / ticker.lastQuote,
      };
    });
  };

  async function candles(symbol: string, request: Omit<CandleRequest, 'symbol'>): Promise<VenueBar[]> {
    const shown = symbol === PEGGED_SYMBOL ? LEADER : symbol;
    const made = await unified(shown, (name) => market.candles({ ...request, symbol: name }));
    return Array.from(made.openAtMs, (openAtMs, i) =>
      symbol === PEGGED_SYMBOL
        ? { openAtMs, open: 1, high: 1, low: 1, close: 1, volume: made.volume[i]! }
        : {
            ...{ openAtMs, open: made.open[i]!, high: made.high[i]! },
            ...{ low: made.low[i]!, close: made.close[i]!, volume: made.volume[i]! },
          },
    );
  }

  return {
    now,
    isPinned: (symbol) => pins.has(symbol),
    async pin(symbol, atMs, last, isAssumed = false) {
      const pin = { atMs, price: last.toNumber() };
      const known = pins.get(symbol);
      if (known && !known.isAssumed) known.list.push(pin);
      else pins.set(symbol, { isAssumed, factor: pin.price / (await now(symbol, atMs)).last, list: [pin] });
    },
    async bars(symbol, timeframe, fromMs, toMs) {
      const made = await candles(symbol, { timeframe, fromMs, toMs: Math.max(fromMs, toMs) });
      const pinned = pins.get(symbol);
      if (!pinned) return made;
      return made.map((bar) => pinnedBar(bar, TIMEFRAME_MS[timeframe], pinned.factor, pinned.list));
    },
    settlements: (symbol, fromMs, toMs) =>
      unified(symbol, (name) =>
        market.fundingBetween(name, fromMs, Math.min(toMs, fromMs + 1_000 * 8 * HOUR_MS)),
      ),
    close: () => market.close(),
  };
}

function pinnedBar(bar: VenueBar, widthMs: number, factor: number, list: readonly Pin[]): VenueBar {
  const scaled = {
    ...bar,
    open: bar.open * factor,
    high: bar.high * factor,
    low: bar.low * factor,
    close: bar.close * factor,
  };
  const endMs = bar.openAtMs + widthMs;
  const before = list.filter(({ atMs }) => atMs <= bar.openAtMs).at(-1);
  const inside = list.filter(({ atMs }) => atMs > bar.openAtMs && atMs < endMs);
  if (!before && inside.length === 0) return scaled;
  const open = before?.price ?? scaled.open;
  const close = inside.at(-1)?.price ?? open;
  const prices = [open, ...inside.map(({ price }) => price)];
  return { ...bar, open, close, high: Math.max(...prices), low: Math.min(...prices) };
}
