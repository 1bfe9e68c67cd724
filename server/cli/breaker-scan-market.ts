/** The market's breaker over the bars of many files, and what it did. */
import { AppError } from '#domain/errors.ts';
import { baseOf, parseSymbol } from '#domain/symbol.ts';
import { DAY_MS, type EpochMs, HOUR_MS } from '#domain/time.ts';
import { createMarketBreaker, type MarketBreaker, type PriceFeed } from '#tools/breaker/market-breaker.ts';
import type { MarketEvent } from '#tools/breaker/market-events.ts';
import { DEFAULT_MARKET_LIMITS } from '#tools/breaker/market-limits.ts';
import type { OnPassedOver, ScanSeries, ScanSpan } from './candle-scan.ts';
import { mergeBars } from './merge-bars.ts';

export interface ScannedTrip {
  readonly trigger: string;
  readonly level: 'tripped';
  readonly symbol: string | null;
  readonly atMs: EpochMs;
  /** When the threshold was first passed by any price. */
  readonly crossedAtMs: EpochMs;
  /** Share of the high that was gone; for a peg, the distance from 1. */
  readonly dropFraction: number;
  /** When the market had recovered; null where it had not by the end of the data. */
  readonly clearedAtMs: EpochMs | null;
}

export interface FalsePrint {
  readonly trigger: string;
  readonly symbol: string;
  readonly atMs: EpochMs;
  readonly dropFraction: number;
  readonly reason: 'single_print' | 'wick' | 'one_venue';
}

export interface MarketScan {
  readonly trips: readonly ScannedTrip[];
  readonly falsePrints: readonly FalsePrint[];
  readonly barsRead: number;
  /** From the open of the first bar to the close of the last. */
  readonly spanMs: number;
}

interface ScanListener {
  onProgress(progress: {
    readonly doneFraction: number;
    readonly atMs: EpochMs;
    readonly barsRead: number;
  }): void;
  readonly onPassedOver: OnPassedOver;
}

/** After a hole this long a desk would have been started anew: nothing from before it is remembered. */
const NEW_START_AFTER_MS = DAY_MS;
/** The longest window, and more than the least that makes a usual volume: what is read before the span and not counted. */
const LOOK_BACK_MS = 4 * HOUR_MS;
const TELL_EVERY_BARS = 20_000;

/** @throws AppError as `mergeBars` */
export async function scanMarket(
  series: readonly ScanSeries[],
  span: ScanSpan,
  listener: ScanListener,
): Promise<MarketScan> {
  const trips: ScannedTrip[] = [];
  const falsePrints: FalsePrint[] = [];
  let open = 0;
  let breaker: MarketBreaker = createMarketBreaker(DEFAULT_MARKET_LIMITS);
  let feeds = new Map<ScanSeries, PriceFeed>();
  let barsRead = 0;
  let firstAtMs: EpochMs | null = null;
  let lastAtMs: EpochMs = 0;
  const begin = span.fromMs ?? Math.min(...series.flatMap(({ files }) => files.map(({ fromMs }) => fromMs)));
  const end = span.toMs ?? Math.max(...series.flatMap(({ files }) => files.map(({ toMs }) => toMs)));

  function feedOf(one: ScanSeries): PriceFeed {
    const known = feeds.get(one);
    if (known) return known;
    const { venue, symbol, intervalMs: widthMs } = one;
    const feed = breaker.feed({ symbol, asset: assetOf(symbol), place: `${venue} ${symbol}`, widthMs });
    feeds.set(one, feed);
    return feed;
  }

  function startAnew(): void {
    breaker = createMarketBreaker(DEFAULT_MARKET_LIMITS);
    feeds = new Map();
    open = trips.length;
  }

  function note(event: MarketEvent): void {
    if (event.kind === 'tripped') {
      const { trigger, symbol, atMs, crossedAtMs, value: dropFraction } = event;
      trips.push({ trigger, level: 'tripped', symbol, atMs, crossedAtMs, dropFraction, clearedAtMs: null });
    } else if (event.kind === 'false_print') {
      const { trigger, symbol, atMs, value: dropFraction, reason } = event;
      falsePrints.push({ trigger, symbol, atMs, dropFraction, reason });
    } else {
      const cleared = trips.splice(open).map((trip) => ({ ...trip, clearedAtMs: event.atMs }));
      trips.push(...cleared);
      open = trips.length;
    }
  }

  const withLookBack = {
    ...span,
    fromMs: span.fromMs === null ? null : Math.max(0, span.fromMs - LOOK_BACK_MS),
  };
  await mergeBars(series, withLookBack, {
    passedOver: listener.onPassedOver,
    bar(one, bars, index, closedAtMs) {
      if (closedAtMs - lastAtMs > NEW_START_AFTER_MS && lastAtMs > 0) startAnew();
      lastAtMs = closedAtMs;
      const piece = {
        atMs: closedAtMs,
        open: at(bars.open, index),
        high: at(bars.high, index),
        low: at(bars.low, index),
        close: at(bars.close, index),
        volume: at(bars.volume, index),
      };
      const events = feedOf(one).bar(piece);
      const openAtMs = at(bars.openAtMs, index);
      if (span.fromMs !== null && openAtMs < span.fromMs) return;
      for (const event of events) note(event);
      firstAtMs = firstAtMs === null ? openAtMs : Math.min(firstAtMs, openAtMs);
      barsRead += 1;
      if (barsRead % TELL_EVERY_BARS === 0)
        listener.onProgress({
          doneFraction: (closedAtMs - begin) / (end - begin),
          atMs: closedAtMs,
          barsRead,
        });
    },
  });
  return { trips, falsePrints, barsRead, spanMs: firstAtMs === null ? 0 : lastAtMs - firstAtMs };
}

function at(column: Float64Array, index: number): number {
  return column[index] ?? Number.NaN;
}

/** `BTC` of `BTC/USDT:USDT`, `BTC-PERP`, `BTCUSD_PERP` and `BTCUSDT-MARK`; the name itself where none can be read. */
export function assetOf(symbol: string): string {
  if (symbol.includes('/')) return baseOf(symbol);
  try {
    return baseOf(parseSymbol(symbol.replace(/-MARK$/i, '').replace(/[-_]PERP$/i, '')));
  } catch (error) {
    if (error instanceof AppError) return symbol;
    throw error;
  }
}
