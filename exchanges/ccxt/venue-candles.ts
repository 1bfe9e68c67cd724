/** Candles of a venue: fetched page by page, remembered until the next one closes. */
import { type Candle, type CandleSeries, seriesOf } from '#domain/candle.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { barOpenAtMs, type EpochMs, MINUTE_MS, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { buildTimeframe } from '#exchanges/candles/build-timeframe.ts';
import type { CandleRequest } from '#exchanges/ports/market-data.ts';
import { type CandleWindow, candlePages } from './candle-pages.ts';
import type { VenueSession } from './venue-session.ts';
import type { VenueTimeframes } from './venue-timeframes.ts';

/** Held beyond the look-back, so that an instant a little in the past needs no new request. */
const SPARE_BARS = 64;
/** A hole in what a venue gave keeps its symbol out of decisions, so it is asked about again, but not at every look. */
const HOLE_REST_MS = MINUTE_MS;

export interface VenueCandles {
  /** The newest `bars` closed at `asOfMs`, fewer where the venue has fewer; fetches only what is missing. */
  newest(symbol: MarketSymbol, timeframe: Timeframe, asOfMs: EpochMs, bars: number): Promise<CandleSeries>;
  between(request: CandleRequest): Promise<CandleSeries>;
}

/** Bars as the venue gave them, from when on it was asked, and when. */
interface Held {
  readonly fromMs: EpochMs;
  readonly rows: readonly Candle[];
  readonly askedAtMs: EpochMs;
}

const NOTHING: Held = { fromMs: Number.MAX_SAFE_INTEGER, rows: [], askedAtMs: 0 };

export function createVenueCandles(
  session: VenueSession,
  timeframes: VenueTimeframes,
  barsHeld: number,
): VenueCandles {
  const readPage = candlePages(session);
  const held = new Map<string, Promise<Held>>();

  /** One refresh of a series at a time; a failed one leaves what was known. */
  function refreshed(window: CandleWindow): Promise<Held> {
    const key = `${window.symbol} ${window.timeframe}`;
    const known = held.get(key) ?? Promise.resolve(NOTHING);
    const next = known.then((before) => extended(before, window));
    held.set(
      key,
      next.catch(() => known),
    );
    return next;
  }

  async function extended(before: Held, window: CandleWindow): Promise<Held> {
    const askedAtMs = session.nowMs();
    const widthMs = TIMEFRAME_MS[window.timeframe];
    const last = before.rows.at(-1);
    const sound = lastBeforeHole(before.rows, widthMs);
    const fromMs = Math.max(0, window.fromMs - SPARE_BARS * widthMs);
    if (!last || !sound || before.fromMs > window.fromMs)
      return { fromMs, rows: await fetched({ ...window, fromMs }), askedAtMs };
    const isWhole = sound === last || askedAtMs - before.askedAtMs < HOLE_REST_MS;
    if (last.openAtMs + widthMs >= window.endMs && isWhole) return before;
    // The newest sound bar is asked for again: a venue may still correct it just after its close.
    const tail = await fetched({ ...window, fromMs: sound.openAtMs });
    const rows = [...before.rows.filter((row) => row.openAtMs < sound.openAtMs), ...tail];
    const heldFromMs = Math.max(before.fromMs, fromMs);
    return { fromMs: heldFromMs, rows: rows.filter((row) => row.openAtMs >= heldFromMs), askedAtMs };
  }

  async function fetched(window: CandleWindow): Promise<Candle[]> {
    const rows: Candle[] = [];
    for (let { fromMs } = window; fromMs < window.endMs; ) {
      const page = await readPage({ ...window, fromMs });
      rows.push(...page.rows);
      fromMs = page.nextFromMs;
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

function lastBeforeHole(rows: readonly Candle[], widthMs: number): Candle | undefined {
  return rows.find((row, index) => rows[index + 1]?.openAtMs !== row.openAtMs + widthMs);
}
