/**
 * A venue for tests: Binance USD-M futures on a loopback port, close enough that ccxt's `binanceusdm` trades against it
 * unchanged, with only its base URL replaced. It matches, nets, charges, liquidates and refuses by the venue's rules,
 * keeps money exact, and goes wrong on demand. Symbols are the venue's own, such as `BTCUSDT`.
 *
 * ```ts
 * const venue = await startVenue({ clock, walletBalance: '10000' });
 * await venue.setPrice('BTCUSDT', 50_000);          // bid, last and mark 50000.00; ask one tick above
 * venue.faults.add({ method: 'POST', path: '/order', effect: { kind: 'dropped', executed: true } });
 * await venue.advance(60_000);                       // late fills and countdowns that are due happen
 * expect(venue.fills).toHaveLength(1);
 * expect(venue.nakedMs('BTCUSDT')).toBeLessThan(5_000);
 * await venue.close();
 * ```
 *
 * Time is the given clock's (the wall clock when absent) plus what `advance` added. Requests are measured by it: a client
 * whose clock differs by more than its window gets −1021 unless `settings.checksTimestamps` is off.
 * What is due by itself (late fills, countdowns) happens at the next request, price or advance, stamped with its own time;
 * funding only when a test says so. A market order fills at the best bid or ask, whatever its size; a price that moves
 * fires stops, fills what rests, and liquidates. `venue-main.ts` runs the same in a process of its own, driven over `/control/…` (`venue-process.ts`).
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decimal, decimalText } from '#domain/decimal.ts';
import { control } from './control-routes.ts';
import { payFunding } from './ledger.ts';
import { fillOrder } from './matching.ts';
import { createVenueEngine, type PriceSetting, type VenueEngineOptions } from './venue-engine.ts';
import { createVenueFaults, type VenueFaults } from './venue-faults.ts';
import { createVenueHandler, type VenueKeys, type VenueRequest } from './venue-http.ts';
import type { VenueSettings } from './venue-route.ts';
import {
  type AlgoOrder,
  type HeldPosition,
  isWorking,
  openPositions,
  type VenueFill,
  type VenueIncome,
  type VenueOrder,
} from './venue-state.ts';
import { createStreamServer, type VenueStreams } from './venue-streams.ts';

export interface VenueOptions extends VenueEngineOptions, Partial<VenueKeys> {
  readonly settings?: Partial<VenueSettings>;
  /** 0, the default, takes any free port. */
  readonly port?: number;
}

export interface TestVenue extends VenueKeys {
  readonly baseUrl: string;
  readonly faults: VenueFaults;
  /** Prices, marks and liquidations by websocket. */
  readonly streams: VenueStreams;
  /** May be changed while the venue runs. */
  readonly settings: VenueSettings;
  /** Every request since the start, oldest first, without keys and signatures. */
  readonly requests: readonly VenueRequest[];
  /** Every regular order ever accepted, those of fired stops and liquidations included. */
  readonly orders: readonly VenueOrder[];
  readonly algoOrders: readonly AlgoOrder[];
  readonly fills: readonly VenueFill[];
  readonly income: readonly VenueIncome[];
  /** What is held now; a flat position is not in it. */
  readonly positions: readonly HeldPosition[];
  readonly walletBalance: string;
  nowMs(): number;
  /** One price for all, or `{ last, mark, bid, ask }`. Everything this sets off has happened when it returns. */
  setPrice(symbol: string, price: PriceSetting): Promise<void>;
  advance(ms: number): Promise<void>;
  /** A settlement at the mark price: with a positive rate longs pay. */
  payFunding(symbol: string, rateFraction: string): void;
  /** Fills a working order by hand, wholly or in part; a resting one at its own price unless told otherwise. */
  fillOrder(clientOrderId: string, terms?: { quantity?: string; price?: string }): void;
  /** Lets every held answer go. */
  releaseHeld(): void;
  /** The longest span in which the symbol's position had no live stop of its size. */
  nakedMs(symbol: string): number;
  close(): Promise<void>;
}

const VENUE_KEYS: VenueKeys = { apiKey: 'venue-key', secret: 'venue-secret' };

export async function startVenue(options: VenueOptions = {}): Promise<TestVenue> {
  const engine = createVenueEngine(options);
  const { state } = engine;
  const faults = createVenueFaults(options.seed ?? 7);
  const keys = {
    apiKey: options.apiKey ?? VENUE_KEYS.apiKey,
    secret: options.secret ?? VENUE_KEYS.secret,
  };
  const settings: VenueSettings = {
    clockAheadMs: 0,
    checksTimestamps: true,
    keyMayWithdraw: false,
    keyMayTrade: true,
    staleSymbol: null,
    gappedSymbol: null,
    candleHole: null,
    spoiltSymbol: null,
    brokenSymbol: null,
    countsWeight: true,
    untoldFills: [],
    ...options.settings,
  };
  const requests: VenueRequest[] = [];
  const held = new Set<() => void>();
  const handle = createVenueHandler({ engine, faults, settings, keys, requests, held });
  const streams = createStreamServer({ engine, settings });
  const server = createServer((request, response) => {
    const answered = request.url?.startsWith('/control/')
      ? control(venue, request, response)
      : handle(request, response);
    answered.catch((thrown: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end(JSON.stringify({ code: -1000, msg: String(thrown) }));
    });
  });
  server.on('upgrade', streams.upgrade);

  const venue: TestVenue = {
    ...keys,
    get baseUrl() {
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    faults,
    streams,
    settings,
    requests,
    orders: state.orders,
    algoOrders: state.algoOrders,
    fills: state.fills,
    income: state.income,
    get positions() {
      return openPositions(state);
    },
    get walletBalance() {
      return decimalText(state.walletBalance);
    },
    nowMs: state.nowMs,
    async setPrice(symbol, price) {
      await engine.setPrice(symbol, price);
      await streams.beat();
    },
    async advance(ms) {
      await engine.advance(ms);
      await streams.beat();
    },
    payFunding: (symbol, rateFraction) => payFunding(state, symbol, decimal(rateFraction)),
    fillOrder(clientOrderId, { quantity, price } = {}) {
      const order = state.orders.findLast((one) => one.clientOrderId === clientOrderId && isWorking(one));
      if (!order) throw new Error(`no working order ${clientOrderId} on the venue`);
      fillOrder(state, order, {
        ...(quantity !== undefined && { quantity: decimal(quantity) }),
        ...(price !== undefined && { price: decimal(price) }),
      });
    },
    releaseHeld() {
      for (const release of held) release();
    },
    nakedMs: (symbol) => state.cover.nakedMs(symbol, state.nowMs()),
    async close() {
      for (const release of held) release();
      streams.close();
      await engine.feed.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await engine.settle();
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  return venue;
}
