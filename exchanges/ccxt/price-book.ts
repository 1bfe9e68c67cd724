/** The newest price of each symbol as a venue pushed it, and whether it may be believed and used. */
import type { Ticker } from 'ccxt';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type Clock, type EpochMs, SECOND_MS } from '#domain/time.ts';
import type { PriceTick } from '#exchanges/ports/market-data.ts';

/** Binance tells a last price every two seconds at most and a mark price every second: after this, words are missing. */
export const STREAM_FRESH_MS = 5 * SECOND_MS;
/** How far two clocks that were compared may still differ. */
const AHEAD_TOLERANCE_MS = SECOND_MS;

export interface PriceBook {
  /** Takes what a venue told of a symbol; false when nothing of it is believed. */
  take(told: ToldPrice): boolean;
  newest(symbol: MarketSymbol, kind: PriceTick['kind']): PriceTick | null;
  isFresh(tick: PriceTick): boolean;
  /** The day's volume that came with the last price. */
  quoteVolume24h(symbol: MarketSymbol): number | null;
  readonly lastPriceAtMs: EpochMs | null;
  readonly ignored: number;
}

/** Of ccxt's ticker what matters here; any of it may be missing or wrong. */
export type ToldPrice = Pick<Partial<Ticker>, 'symbol' | 'timestamp' | 'last' | 'markPrice' | 'quoteVolume'>;

export interface PriceBookOptions {
  /** The venue's time. */
  readonly clock: Clock;
  /** Whether the venue lists the symbol. The book holds one entry for each that it takes. */
  readonly isListed: (symbol: MarketSymbol) => boolean;
  readonly onPrice: (tick: PriceTick) => void;
}

interface Entry {
  last: PriceTick | null;
  mark: PriceTick | null;
  quoteVolume24h: number | null;
}

export function createPriceBook({ clock, isListed, onPrice }: PriceBookOptions): PriceBook {
  const entries = new Map<MarketSymbol, Entry>();
  let ignored = 0;
  let lastPriceAtMs: EpochMs | null = null;

  // A clock that was set back leaves prices that claim to be from the future.
  const isFuture = (atMs: EpochMs) => atMs > clock.nowMs() + AHEAD_TOLERANCE_MS;
  const isFresh = ({ atMs }: PriceTick) => clock.nowMs() - atMs <= STREAM_FRESH_MS && !isFuture(atMs);

  /** Not what cannot be: no price, no time, a time that is not now, or one before what was told. */
  function believed(tick: PriceTick, before: PriceTick | null): boolean {
    const { priceQuote, atMs } = tick;
    const notBeforeMs = before === null || isFuture(before.atMs) ? 0 : before.atMs;
    return (
      priceQuote > 0 &&
      Number.isFinite(priceQuote) &&
      Number.isInteger(atMs) &&
      isFresh(tick) &&
      atMs >= notBeforeMs
    );
  }

  function entryOf(symbol: MarketSymbol): Entry {
    const known = entries.get(symbol);
    if (known) return known;
    const empty: Entry = { last: null, mark: null, quoteVolume24h: null };
    entries.set(symbol, empty);
    return empty;
  }

  function takeOne(
    told: ToldPrice,
    symbol: MarketSymbol,
    kind: PriceTick['kind'],
    price: number | undefined,
  ): boolean {
    if (price === undefined) return false;
    const tick = { symbol, kind, priceQuote: price, atMs: told.timestamp ?? Number.NaN };
    if (!believed(tick, entries.get(symbol)?.[kind] ?? null)) return false;
    const entry = entryOf(symbol);
    entry[kind] = tick;
    if (kind === 'last') entry.quoteVolume24h = volumeOf(told);
    lastPriceAtMs =
      lastPriceAtMs === null || isFuture(lastPriceAtMs) ? tick.atMs : Math.max(lastPriceAtMs, tick.atMs);
    onPrice(tick);
    return true;
  }

  return {
    take(told) {
      const { symbol } = told;
      const isTaken =
        symbol !== undefined &&
        isListed(symbol) &&
        [takeOne(told, symbol, 'last', told.last), takeOne(told, symbol, 'mark', told.markPrice)].includes(
          true,
        );
      if (!isTaken) ignored += 1;
      return isTaken;
    },
    newest: (symbol, kind) => entries.get(symbol)?.[kind] ?? null,
    isFresh,
    quoteVolume24h: (symbol) => entries.get(symbol)?.quoteVolume24h ?? null,
    get lastPriceAtMs() {
      return lastPriceAtMs;
    },
    get ignored() {
      return ignored;
    },
  };
}

function volumeOf({ quoteVolume }: ToldPrice): number | null {
  return quoteVolume !== undefined && quoteVolume >= 0 && Number.isFinite(quoteVolume) ? quoteVolume : null;
}
