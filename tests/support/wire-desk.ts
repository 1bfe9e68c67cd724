/** The order code on a real venue's wire, by the venue's clock: the test venue, a desk over it and a person's hands. */
import { venueSymbol } from '#domain/symbol.ts';
import { type CcxtBroker, createCcxtBroker } from '#exchanges/ccxt/ccxt-broker.ts';
import { createMemoryOrderStore } from '#tools/orders/memory-order-store.ts';
import { createOrderDesk, type OrderDesk } from '#tools/orders/order-desk.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';
import { BTC, ETH, INSTRUMENTS, opening, openMemoryOrders, SOL, XRP } from './memory-orders.ts';
import { noEntryContext } from './no-entries.ts';
import { startVenue, type TestVenue, type VenueOptions } from './venue/start-venue.ts';
import { connectVenueClient, type VenueClient } from './venue/venue-client.ts';

const SYMBOLS = [BTC, ETH, SOL, XRP];

export interface WireDesk extends OrderDesk {
  readonly broker: CcxtBroker;
  /** Buys 5 at 100 with a stop at 97 and a target at 108. */
  open(symbol: string, runId?: string): ReturnType<OrderDesk['place']>;
}

export interface Wire {
  readonly clock: { atMs: number };
  readonly venue: TestVenue;
  readonly byHand: VenueClient;
  books: ReturnType<typeof createMemoryOrderStore>;
  desk: WireDesk;
  /** As a new process would: of all that was there only the books are left. */
  openDesk(): Promise<WireDesk>;
  /** What stands on the venue: each position with its stops and targets, then what has no position. */
  standing(): string[];
  close(): Promise<void>;
}

/** How long a call stays without an answer; a test that loses answers wants this short, the others a slow machine's time. */
const SHORT_TIMEOUT_MS = 300;

export async function openWire(
  options: VenueOptions & { readonly requestTimeoutMs?: number } = {},
): Promise<Wire> {
  const { requestTimeoutMs = SHORT_TIMEOUT_MS, ...venueOptions } = options;
  const started = Date.now();
  const clock = { atMs: started, nowMs: () => clock.atMs };
  const venue = await startVenue({ clock, settings: { checksTimestamps: false }, ...venueOptions });
  for (const symbol of SYMBOLS) await venue.setPrice(venueSymbol(symbol), 100);
  const byHand = await connectVenueClient(venue);
  const brokers: CcxtBroker[] = [];
  const wire = { clock, venue, byHand, books: createMemoryOrderStore() };

  async function openDesk(): Promise<WireDesk> {
    const broker = await createCcxtBroker({
      exchangeId: 'binanceusdm',
      baseUrl: venue.baseUrl,
      credentials: { apiKey: venue.apiKey, secret: venue.secret },
      symbols: SYMBOLS,
      fromMs: clock.atMs - 1_000,
      wallClock: clock,
      requestTimeoutMs,
    });
    brokers.push(broker);
    const orders = createOrderDesk({
      deskId: 'desk',
      broker,
      store: wire.books.store,
      instruments: INSTRUMENTS,
      limits: DEFAULT_LIMITS,
      entryContext: noEntryContext,
      exclusive: (work) => work(),
      assertExclusive: () => {},
    });
    const { plan } = openMemoryOrders();
    const open = (symbol: string, runId = `run-${symbol}`) =>
      orders.place(plan(runId, [opening(symbol, { atMs: clock.nowMs() })], { maxOpenPositions: 10 }));
    return { ...orders, broker, open };
  }

  function standing(): string[] {
    const live = venue.algoOrders.filter(({ status }) => status === 'NEW');
    const held = venue.positions.map(({ symbol, quantity }) => {
      const own = live.filter((algo) => algo.symbol === symbol);
      return `${symbol} ${quantity}: ${own.map(({ type, quantity: size, triggerPrice }) => `${type} ${size} at ${triggerPrice}`).sort()}`;
    });
    const orphans = live.filter(
      ({ symbol }) => !venue.positions.some((position) => position.symbol === symbol),
    );
    return [...held, ...orphans.map(({ symbol, type }) => `${type} of ${symbol} alone`)].sort();
  }

  async function close(): Promise<void> {
    await Promise.all([byHand.close(), ...brokers.map((broker) => broker.close())]);
    await venue.close();
  }

  return Object.assign(wire, { desk: await openDesk(), openDesk, standing, close });
}
