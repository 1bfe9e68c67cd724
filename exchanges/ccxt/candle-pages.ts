/** Candles of a venue as it gives them: one call for each page. */
import type { Candle } from '#domain/candle.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import type { VenueSession } from './venue-session.ts';

/** Binance takes up to 1,000 through ccxt; venues that give fewer are asked again. */
const PAGE_BARS = 1_000;
/** How many bars of an empty page are surely not there, where ccxt does not know the page of a venue. */
const SMALLEST_PAGE_BARS = 100;

export interface CandleWindow {
  readonly symbol: MarketSymbol;
  /** One that the venue itself offers. */
  readonly timeframe: Timeframe;
  readonly fromMs: EpochMs;
  /** Bars have closed here. */
  readonly endMs: EpochMs;
}

export interface CandlePage {
  /** The first bars of the window, as the venue gave them. */
  readonly rows: readonly Candle[];
  /** Where the next page begins: what lies before has been answered. At or after the window's end with the last page. */
  readonly nextFromMs: EpochMs;
}

/** @throws AppError `venue_unavailable` */
export type ReadCandlePage = (window: CandleWindow) => Promise<CandlePage>;

export function candlePages(session: VenueSession): ReadCandlePage {
  const { exchange } = session;

  /** Some venues answer a page's length of time and no more: after it there may be bars again. */
  function emptyPageBars(): number {
    const known = exchange.features?.swap?.linear?.fetchOHLCV?.limit;
    return typeof known === 'number' ? Math.min(known, PAGE_BARS) : SMALLEST_PAGE_BARS;
  }

  return async ({ symbol, timeframe, fromMs, endMs }) => {
    const widthMs = TIMEFRAME_MS[timeframe];
    const limit = Math.min(PAGE_BARS, Math.ceil((endMs - fromMs) / widthMs));
    const given = await session.call(`${timeframe} candles of ${symbol}`, () =>
      exchange.fetchOHLCV(symbol, timeframe, fromMs, limit),
    );
    const fresh = given.map(candleOf).filter((row) => row.openAtMs >= fromMs);
    const newestMs = fresh.at(-1)?.openAtMs;
    return {
      rows: fresh.filter((row) => row.openAtMs + widthMs <= endMs),
      nextFromMs: newestMs === undefined ? fromMs + emptyPageBars() * widthMs : newestMs + widthMs,
    };
  };
}

/** A field the venue left out becomes NaN, which validation tells. */
function candleOf(row: readonly (number | undefined)[]): Candle {
  const [openAtMs = Number.NaN, open = Number.NaN, high = Number.NaN, low = Number.NaN, close = Number.NaN] =
    row;
  return { openAtMs, open, high, low, close, volume: row[5] ?? Number.NaN };
}
