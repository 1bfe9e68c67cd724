/**
 * What a venue pushes: last prices, mark prices and liquidations, each over a connection of its own, opened when somebody
 * first wants to hear of a symbol. It never stands in for an answer: what is late, wrong or missing is left to REST.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Exchange } from 'ccxt';
import type { AppError } from '#domain/errors.ts';
import type { Ticker } from '#domain/market.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, MINUTE_MS } from '#domain/time.ts';
import type { MarketStream, PriceTick } from '#exchanges/ports/market-data.ts';
import { createLiquidationTally } from './liquidation-tally.ts';
import { endConnection, loadStream, type StreamSource } from './load-stream.ts';
import type { VenueAddress } from './load-venue.ts';
import { createPriceBook } from './price-book.ts';
import { type ChannelState, openChannel, type StreamChannel } from './stream-channel.ts';
import type { VenueSession } from './venue-session.ts';
import { createWantedSymbols } from './wanted-symbols.ts';

/** A price that changes is told every second or two; a connection that breaks without a word is noticed by its pings. */
const PRICES_SILENT_AFTER_MS = MINUTE_MS;
const DOLLARS: ReadonlySet<string> = new Set(['USDT', 'USDC', 'BUSD', 'FDUSD', 'USD']);

export interface StreamChange {
  readonly stream: 'prices' | 'marks' | 'liquidations';
  readonly state: ChannelState;
  readonly failure: AppError | null;
}

export interface VenueStream extends MarketStream {
  /** The price of now when it was pushed lately; the symbol is listened to from here on. */
  ticker(symbol: MarketSymbol): Ticker | null;
  /** The time of the newest pushed last price, however old: no answer from before it may follow it. */
  newestAtMs(symbol: MarketSymbol): EpochMs | null;
  close(): Promise<void>;
}

/** Null where ccxt knows no stream of the venue. Connects to nothing yet. @throws AppError `config_invalid` */
export async function openMarketStream(
  session: VenueSession,
  address: VenueAddress,
  onChange: (change: StreamChange) => void,
): Promise<VenueStream | null> {
  const source = await loadStream(address, session.exchange);
  return source && createMarketStream(session, source, onChange);
}

function createMarketStream(
  session: VenueSession,
  { connect, tellsMarks, tellsLiquidations }: StreamSource,
  onChange: (change: StreamChange) => void,
): VenueStream {
  const clock = { nowMs: session.nowMs };
  const wanted = createWantedSymbols(clock);
  const listeners = new Set<(tick: PriceTick) => void>();
  const book = createPriceBook({
    clock,
    isListed,
    onPrice(tick) {
      for (const listener of listeners) listener(tick);
    },
  });
  const liquidated = createLiquidationTally({ clock, contractSizeOf });
  let channels: Partial<Record<StreamChange['stream'], StreamChannel>> = {};

  function isListed(symbol: string): boolean {
    return session.exchange.markets?.[symbol] !== undefined;
  }

  /** One name that the venue does not list would refuse all of them. */
  function heardOf(): MarketSymbol[] {
    return wanted.current().filter(isListed);
  }

  function contractSizeOf(symbol: string): number | null {
    const market = session.exchange.markets?.[symbol];
    return market?.linear === true && DOLLARS.has(market.quote) ? (market.contractSize ?? 1) : null;
  }

  function start(): void {
    if (channels.prices) return;
    channels = {
      prices: listen('prices', (exchange) => exchange.watchTickers(heardOf()), takesPrices()),
      ...(tellsMarks && {
        marks: listen('marks', (exchange) => exchange.watchMarkPrices(heardOf()), takesPrices()),
      }),
      ...(tellsLiquidations && {
        liquidations: listen(
          'liquidations',
          (exchange) => exchange.watchLiquidationsForSymbols([]),
          takeLiquidations,
        ),
      }),
    };
  }

  function listen(
    stream: StreamChange['stream'],
    next: (exchange: Exchange) => Promise<unknown>,
    take: (exchange: Exchange) => boolean,
  ): StreamChannel {
    return openChannel({
      ...{ connect, end: endConnection, next, take, clock },
      silentAfterMs: stream === 'liquidations' ? null : PRICES_SILENT_AFTER_MS,
      wait: (ms, signal) => wait(ms, undefined, { signal }),
      onChange(state, failure) {
        if (stream === 'liquidations' && state === 'away') liquidated.interrupt();
        onChange({ stream, state, failure });
      },
    });
  }

  /** What was told since the last look: one word wakes us, and others may have come with it. */
  function takesPrices(): (exchange: Exchange) => boolean {
    const seen = new WeakSet<object>();
    return ({ tickers }) => {
      let isOfUse = false;
      for (const [symbol, told] of Object.entries(tickers)) {
        if (seen.has(told)) continue;
        seen.add(told);
        if (book.take(told)) isOfUse = true;
        // ccxt builds on what it knew of a symbol, but what nobody lists must not pile up.
        else if (!isListed(symbol)) delete tickers[symbol];
      }
      return isOfUse;
    };
  }

  function takeLiquidations(exchange: Exchange): boolean {
    const told: unknown = exchange.liquidations;
    exchange.liquidations = undefined;
    return Array.isArray(told) && told.filter((one) => liquidated.take(one)).length > 0;
  }

  function latest(symbol: MarketSymbol, kind: PriceTick['kind']): PriceTick | null {
    const tick = book.newest(symbol, kind);
    return tick && book.isFresh(tick) ? tick : null;
  }

  return {
    onPrice(symbols, listener) {
      const release = wanted.hold(symbols);
      const names = new Set(symbols);
      const listenHere = (tick: PriceTick) => names.has(tick.symbol) && listener(tick);
      listeners.add(listenHere);
      start();
      return () => {
        release();
        listeners.delete(listenHere);
      };
    },
    latest,
    ticker(symbol) {
      wanted.ask(symbol);
      start();
      const tick = latest(symbol, 'last');
      if (!tick) return null;
      return {
        lastQuote: tick.priceQuote,
        atMs: tick.atMs,
        quoteVolume24h: book.quoteVolume24h(symbol),
      };
    },
    newestAtMs: (symbol) => book.newest(symbol, 'last')?.atMs ?? null,
    liquidations: liquidated.reading,
    health: () => ({
      state: channels.prices?.state ?? 'idle',
      lastPriceAtMs: book.lastPriceAtMs,
      ignored: book.ignored,
    }),
    async close() {
      await Promise.all(Object.values(channels).map((channel) => channel.close()));
    },
  };
}
