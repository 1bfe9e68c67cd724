/** The classes of ccxt that listen to a venue's websockets, which it calls pro. */
import { Agent } from 'node:http';
import type { Exchange } from 'ccxt';
import { SECOND_MS } from '#domain/time.ts';
import { importVenue, pointAt, type VenueAddress } from './load-venue.ts';

/** A connection whose pings stay unanswered for two of these is given up. */
const PING_EVERY_MS = 10 * SECOND_MS;
/** No single word of a venue is nearly as long; what is, comes from somebody else. */
const LONGEST_FRAME_BYTES = 4_000_000;

export interface StreamSource {
  /** Makes what holds one connection; used up with it, so that nothing a venue said outlives the connection. */
  connect(): Exchange;
  readonly tellsMarks: boolean;
  /** Whether one subscription tells the liquidations of all symbols; elsewhere each would have to be named. */
  readonly tellsLiquidations: boolean;
}

/** As ccxt 4.5.84 has them (November 2026). */
const TELL_ALL_LIQUIDATIONS: ReadonlySet<string> = new Set(['binanceusdm']);

/**
 * Null where ccxt knows no stream of prices of the venue. A connection shares the markets of `source`, loaded by then.
 * @throws AppError `config_invalid`
 */
export async function loadStream(address: VenueAddress, source: Exchange): Promise<StreamSource | null> {
  const venue = await importVenue(address.exchangeId, 'pro');
  if (!venue) return null;
  const plainAgent = new Agent();
  const make = () => {
    const exchange = new venue.default({
      // With its throttle a message that cannot be sent is a rejection nobody catches.
      enableRateLimit: false,
      streaming: { keepAlive: PING_EVERY_MS },
      options: {
        ws: { options: { maxPayload: LONGEST_FRAME_BYTES } },
        // Binance: everything over one connection, however often the symbols change.
        streamLimits: { future: 1 },
        subscriptionLimitByStream: { future: Number.MAX_SAFE_INTEGER },
      },
    });
    pointAt(exchange, address);
    // It refuses addresses without TLS, such as a gateway's, before somebody has given it this.
    exchange.httpAgent = plainAgent;
    // It prints what it cannot read, on the stdout that belongs to one JSON document.
    exchange.log = () => {};
    catchRejections(exchange);
    return exchange;
  };
  const { has } = make();
  if (has.watchTickers !== true) return null;
  return {
    connect() {
      const exchange = make();
      // Throws before they are loaded: a connection that had none would load its own.
      exchange.setMarketsFromExchange(source);
      return exchange;
    },
    tellsMarks: has.watchMarkPrices === true,
    tellsLiquidations: TELL_ALL_LIQUIDATIONS.has(address.exchangeId),
  };
}

/**
 * A refused subscription to several symbols rejects a promise for each, of which ccxt looks at the first alone: the others
 * would end the process.
 */
function catchRejections(exchange: Exchange): void {
  const clientOf = exchange.client.bind(exchange);
  const caught = new WeakSet<object>();
  exchange.client = (url) => {
    const client = clientOf(url);
    if (caught.has(client)) return client;
    caught.add(client);
    const futureOf = client.future.bind(client);
    client.future = (hash) => {
      const future = futureOf(hash);
      if (!caught.has(future)) future.catch(() => {});
      caught.add(future);
      return future;
    };
    return client;
  };
}

/**
 * Ends what is connected and refuses to connect anew; what waits for a word is rejected with `reason`.
 * ccxt's own `close` waits for the server to agree, half a minute if it must.
 */
export function endConnection(exchange: Exchange, reason: Error): void {
  const clients = Object.values(exchange.clients ?? {});
  exchange.clients = {};
  exchange.client = () => {
    throw reason;
  };
  for (const client of clients) {
    client.error = reason;
    client.reset(reason);
    client.connection?.terminate();
  }
}
