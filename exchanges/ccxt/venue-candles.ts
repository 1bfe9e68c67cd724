/** Candles of a venue: fetched page by page, remembered until the next one closes. */
import { type Candle, type CandleSeries, seriesOf } from '#domain/candle.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { barOpenAtMs, type EpochMs, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { buildTimeframe } from '#exchanges/candles/build-timeframe.ts';
import type { CandleRequest } from '#exchanges/ports/market-data.ts';
import type { VenueSession } from './venue-session.ts';
import type { VenueTimeframes } from './venue-timeframes.ts';

/** Binance takes up to 1,000 through ccxt; venues that give fewer are asked again. */
const PAGE_BARS = 1_000;
/** Held beyond the look-back, so that an instant a little in the past needs no new request. */
const SPARE_BARS = 64;

export interface VenueCandles {
  /** The newest `bars` closed at `asOfMs`, fewer where the venue has fewer; fetches only what is missing. */
  newest(symbol: MarketSymbol, timeframe: Timeframe, asOfMs: EpochMs, bars: number): Promise<CandleSeries>;
  between(request: CandleRequest): Promise<CandleSeries>;
}

/** Bars as the venue gave them, and from when on it was asked. */
interface Held {
  readonly fromMs: EpochMs;
  readonly rows: readonly Candle[];
}

interface Window {
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  readonly fromMs: EpochMs;
  readonly endMs: EpochMs;
}

const NOTHING: Held = { fromMs: Number.MAX_SAFE_INTEGER, rows: [] };

export function createVenueCandles(
  session: VenueSession,
  timeframes: VenueTimeframes,
  barsHeld: number,
): VenueCandles {
  const held = new Map<string, Promise<Held>>();

  /** One refresh of a series at a time; a failed one leaves what was known. */
  function refreshed(window: Window): Promise<Held> {
    const key = `${window.symbol} ${window.timeframe}`;
    const known = held.get(key) ?? Promise.resolve(NOTHING);
    const next = known.then((before) => extended(before, window));
    held.set(
      key,
      next.catch(() => known),
    );
    return next;
  }

  async function extended(before: Held, window: Window): Promise<Held> {
    const last = before.rows.at(-1);
    const widthMs = TIMEFRAME_MS[window.timeframe];
    const fromMs = Math.max(0, window.fromMs - SPARE_BARS * widthMs);
    if (!last || before.fromMs > window.fromMs) return { fromMs, rows: await fetched({ ...window, fromMs }) };
    if (last.openAtMs + widthMs >= window.endMs) return before;
    // The newest bar is asked for again: a venue may still correct it just after its close.
    const tail = await fetched({ ...window, fromMs: last.openAtMs });
    const rows = [...before.rows.filter((row) => row.openAtMs < last.openAtMs), ...tail];
    const heldFromMs = Math.max(before.fromMs, fromMs);
    return { fromMs: heldFromMs, rows: rows.filter((row) => row.openAtMs >= heldFromMs) };
  }

  async function fetched({ symbol, timeframe, fromMs, endMs }: Window): Promise<Candle[]> {
    const widthMs = TIMEFRAME_MS[timeframe];
    const rows: Candle[] = [];
    for (let sinceMs = fromMs; sinceMs < endMs; ) {
      const from = sinceMs;
      const limit = Math.min(PAGE_BARS, Math.ceil((endMs - from) / widthMs));
      const page = await session.call(`${timeframe} candles of ${symbol}`, () =>
        session.exchange.fetchOHLCV(symbol, timeframe, from, limit),
      );
      const fresh = page.map(candleOf).filter((row) => row.openAtMs >= from);
      rows.push(...fresh.filter((row) => row.openAtMs + widthMs <= endMs));
      const newestMs = fresh.at(-1)?.openAtMs;
      if (newestMs === undefined) break;
      sinceMs = newestMs + widthMs;
    }
    return rows;
  }

  /** A bar is closed when it is so at the asked instant and on the venue's clock. */
  function closedBy(asOfMs: EpochMs, timeframe: Timeframe): EpochMs {
    return barOpenAtMs(Math.min(asOfMs, session.nowMs()), timeframe);
  }

  return {
    async newest(symbol, timeframe, asOfMs, bars) {
      const source = timeframes.askedFor(timeframe);
      const endMs = closedBy(asOfMs, timeframe);
      const firstMs = (count: number) => Math.max(0, endMs - count * TIMEFRAME_MS[timeframe]);
      const heldFromMs = firstMs(Math.max(bars, barsHeld));
      const { rows } = await refreshed({ symbol, timeframe: source, fromMs: heldFromMs, endMs });
      const lastOpenMs = endMs - TIMEFRAME_MS[source];
      const wanted = rows.filter((row) => row.openAtMs >= firstMs(bars) && row.openAtMs <= lastOpenMs);
      return buildTimeframe(seriesOf(symbol, source, wanted), timeframe);
    },
    async between({ symbol, timeframe, fromMs, toMs }) {
      const source = timeframes.askedFor(timeframe);
      const widthMs = TIMEFRAME_MS[timeframe];
      const firstMs = Math.ceil(fromMs / widthMs) * widthMs;
      const rows = await fetched({
        symbol,
        timeframe: source,
        fromMs: firstMs,
        endMs: closedBy(toMs, timeframe),
      });
      return buildTimeframe(seriesOf(symbol, source, rows), timeframe);
    },
  };
}

/** A field the venue left out becomes NaN, which validation tells. */
function candleOf(row: readonly (number | undefined)[]): Candle {
  const [openAtMs = Number.NaN, open = Number.NaN, high = Number.NaN, low = Number.NaN, close = Number.NaN] =
    row;
  return { openAtMs, open, high, low, close, volume: row[5] ?? Number.NaN };
}
