/** Turns that the faulted flows take by chance, each on its own: the order code against the test venue, by its clock. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import { venueSymbol } from '#domain/symbol.ts';
import { MINUTE_MS } from '#domain/time.ts';
import { type CcxtBroker, createCcxtBroker } from '#exchanges/ccxt/ccxt-broker.ts';
import { createMemoryOrderStore } from '#tests/support/memory-order-store.ts';
import { INSTRUMENTS, opening, openMemoryOrders } from '#tests/support/memory-orders.ts';
import { noEntryContext } from '#tests/support/no-entries.ts';
import { startVenue, type TestVenue, type VenueOptions } from '#tests/support/venue/start-venue.ts';
import { connectVenueClient, type VenueClient } from '#tests/support/venue/venue-client.ts';
import { createOrderDesk, type OrderDesk } from '#tools/orders/order-desk.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';

const [BTC, ETH, SOL, XRP] = ['BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT', 'XRP/USDT:USDT'];
const STOPS = { method: 'POST', path: '/algoOrder', where: { type: 'STOP_MARKET' } } as const;
const PROTECT_WITHIN_MS = 5_000;

interface WireDesk extends OrderDesk {
  readonly broker: CcxtBroker;
  open(symbol: string, runId?: string): ReturnType<OrderDesk['place']>;
}

let clock: { atMs: number; nowMs(): number };
let venue: TestVenue;
let byHand: VenueClient;
let books: ReturnType<typeof createMemoryOrderStore>;
let desk: WireDesk;
const opened: { close(): Promise<void> }[] = [];

async function begin(options: VenueOptions = {}): Promise<void> {
  const started = Date.now();
  clock = { atMs: started, nowMs: () => clock.atMs };
  venue = await startVenue({ clock, settings: { checksTimestamps: false }, ...options });
  opened.push(venue);
  for (const symbol of [BTC, ETH, SOL, XRP]) await venue.setPrice(venueSymbol(symbol), 100);
  byHand = await connectVenueClient(venue);
  opened.push(byHand);
  books = createMemoryOrderStore();
  desk = await openDesk();
}

/** As a new process would: of all that was there only the books are left. */
async function openDesk(): Promise<WireDesk> {
  const broker = await createCcxtBroker({
    exchangeId: 'binanceusdm',
    baseUrl: venue.baseUrl,
    credentials: { apiKey: venue.apiKey, secret: venue.secret },
    symbols: [BTC, ETH, SOL, XRP],
    fromMs: clock.atMs - 1_000,
    wallClock: clock,
    requestTimeoutMs: 300,
  });
  opened.push(broker);
  const orders = createOrderDesk({
    deskId: 'desk',
    broker,
    store: books.store,
    instruments: INSTRUMENTS,
    limits: DEFAULT_LIMITS,
    entryContext: noEntryContext,
    exclusive: (work) => work(),
  });
  const { plan } = openMemoryOrders();
  const open = (symbol: string, runId = `run-${symbol}`) =>
    orders.place(plan(runId, [opening(symbol)], { maxOpenPositions: 10 }));
  return { ...orders, broker, open };
}

/** What stands on the venue: each position with its stops and targets, then what has no position. */
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

const cancelAllOf = (symbol: string) =>
  byHand.request('algoOpenOrders', 'fapiPrivate', 'DELETE', { symbol: venueSymbol(symbol) });
const trade = (symbol: string, side: 'BUY' | 'SELL', quantity: string) =>
  byHand.fapiPrivatePostOrder({ symbol: venueSymbol(symbol), side, type: 'MARKET', quantity });

beforeEach(() => begin());
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

describe('an entry whose stop is refused', () => {
  it('ends flat within five seconds, and tells of it', async () => {
    venue.faults.add({
      ...STOPS,
      times: null,
      effect: { kind: 'refused', code: -4045, message: 'Too many.' },
    });
    const { custody, view } = await desk.open(ETH);
    expect(view.positions).toEqual([]);
    expect(standing()).toEqual([]);
    expect(venue.nakedMs('ETHUSDT')).toBeLessThanOrEqual(PROTECT_WITHIN_MS);
    expect(custody).toContainEqual(expect.objectContaining({ action: 'closed', symbol: ETH }));
  });

  it('ends flat although every answer to a stop is lost', async () => {
    venue.faults.add({ ...STOPS, times: null, effect: { kind: 'backend-timeout', executed: false } });
    const { custody } = await desk.open(ETH);
    expect(standing()).toEqual([]);
    expect(custody).toContainEqual(expect.objectContaining({ action: 'closed', symbol: ETH }));
  });
});

describe('a desk that starts anew over open positions', () => {
  async function disturb(): Promise<void> {
    for (const symbol of [BTC, ETH, SOL]) await desk.open(symbol);
    await desk.broker.close();
    await cancelAllOf(BTC);
    await trade(ETH, 'SELL', '2');
    await trade(SOL, 'SELL', '5');
    await trade(XRP, 'SELL', '7');
  }

  it('restores stops, resizes them, takes orphans away and protects what a person opened, in one pass', async () => {
    await disturb();
    desk = await openDesk();
    const view = await desk.reconcile();
    expect(standing()).toEqual([
      'BTCUSDT 5: STOP_MARKET 5 at 97',
      'ETHUSDT 3: STOP_MARKET 3 at 97,TAKE_PROFIT_MARKET 3 at 108',
      'XRPUSDT -7: STOP_MARKET 7 at 102',
    ]);
    expect(view.positions).toHaveLength(3);
    expect((await desk.reconcile()).custody).toEqual([]);
  });

  it('does so although its own books are gone', async () => {
    await disturb();
    books = createMemoryOrderStore();
    desk = await openDesk();
    await desk.reconcile();
    expect(standing()).toEqual([
      'BTCUSDT 5: STOP_MARKET 5 at 98.1',
      'ETHUSDT 3: STOP_MARKET 3 at 97,TAKE_PROFIT_MARKET 3 at 108',
      'XRPUSDT -7: STOP_MARKET 7 at 102',
    ]);
  });
});

describe('a position', () => {
  it('is protected although neither its fills nor its funding can be read', async () => {
    await trade(ETH, 'BUY', '5');
    for (const path of ['/userTrades', '/income'])
      venue.faults.add({ path, times: null, effect: { kind: 'service-unavailable' } });
    await expect(desk.reconcile()).rejects.toBeInstanceOf(AppError);
    expect(standing()).toEqual(['ETHUSDT 5: STOP_MARKET 5 at 98.1']);
  });

  it('is known by the fill that began it although its fills are told late', async () => {
    await trade(ETH, 'BUY', '5');
    venue.faults.add({ path: '/userTrades', effect: { kind: 'empty-list' } });
    const [early] = await desk.broker.positions();
    const [known] = await desk.broker.positions();
    expect(known?.positionId).toBe(`${ETH}#${venue.fills[0]?.id}`);
    expect(early?.positionId).not.toBe(known?.positionId);
  });

  it('is known by the fill that began it although a thousand others went before', async () => {
    for (let pair = 0; pair < 510; pair++) {
      await trade(ETH, 'BUY', '1');
      await trade(ETH, 'SELL', '1');
    }
    await trade(ETH, 'BUY', '5');
    const [position] = await desk.broker.positions();
    expect(position?.positionId).toBe(`${ETH}#${venue.fills.at(-1)?.id}`);
  });

  it('keeps the stop a person gave it that closes whatever is held', async () => {
    await trade(ETH, 'BUY', '5');
    const whole = { algoType: 'CONDITIONAL', symbol: 'ETHUSDT', side: 'SELL', type: 'STOP_MARKET' };
    const stop = { ...whole, triggerPrice: '90', closePosition: 'true' };
    await byHand.request('algoOrder', 'fapiPrivate', 'POST', stop);
    expect((await desk.reconcile()).custody).toEqual([]);
    expect(standing()).toEqual(['ETHUSDT 5: STOP_MARKET 0 at 90']);
  });

  it('whose stop the venue refuses for load gets it as soon as the ban ends', async () => {
    venue.faults.add({ ...STOPS, effect: { kind: 'banned', forMs: 3_000 } });
    await desk.open(ETH).catch(() => undefined);
    expect(standing()).toEqual(['ETHUSDT 5: ']);
    clock.atMs += 3_000;
    await desk.reconcile();
    expect(standing()).toEqual(['ETHUSDT 5: STOP_MARKET 5 at 97,TAKE_PROFIT_MARKET 5 at 108']);
    expect(venue.nakedMs('ETHUSDT')).toBeLessThanOrEqual(PROTECT_WITHIN_MS);
  });

  it('that an entry opened after its answer was given up is protected as it was meant', async () => {
    const entry = { method: 'POST', path: '/v1/order' } as const;
    venue.faults.add({ ...entry, effect: { kind: 'held', executed: false, forMs: null } });
    const { view } = await desk.open(ETH);
    expect(view.unknownOutcomes).toBe(1);
    const sent = venue.requests.find(({ method, path }) => method === 'POST' && path.endsWith('/v1/order'));
    const { timestamp: _at, recvWindow: _for, ...order } = sent?.parameters ?? {};
    await byHand.fapiPrivatePostOrder(order);
    expect((await desk.reconcile()).unknownOutcomes).toBe(0);
    expect(standing()).toEqual(['ETHUSDT 5: STOP_MARKET 5 at 97,TAKE_PROFIT_MARKET 5 at 108']);
  });
});

describe('an order', () => {
  it('that could not be sent, since the account could not be asked how it is set, is none', async () => {
    venue.faults.add({ path: '/positionSide/dual', effect: { kind: 'dropped', executed: false } });
    const { intents, view } = await desk.open(ETH);
    expect(intents.find(({ request }) => request.purpose === 'entry')?.status).toBe('rejected');
    expect(view.unknownOutcomes).toBe(0);
    expect(venue.orders).toEqual([]);
  });

  it('goes out by the last comparison of the clocks when a new one fails', async () => {
    await desk.reconcile();
    clock.atMs += 11 * MINUTE_MS;
    venue.faults.add({ path: '/time', times: null, effect: { kind: 'service-unavailable' } });
    await desk.open(ETH);
    expect(standing()).toEqual(['ETHUSDT 5: STOP_MARKET 5 at 97,TAKE_PROFIT_MARKET 5 at 108']);
  });

  it('is preceded by a new comparison when the venue has refused the time of a read', async () => {
    await desk.reconcile();
    const compared = () => venue.requests.filter(({ path }) => path.endsWith('/time')).length;
    const before = compared();
    venue.faults.add({ path: '/positionRisk', effect: { kind: 'clock-skew' } });
    await expect(desk.reconcile()).rejects.toMatchObject({ code: 'clock_skew' });
    await desk.open(ETH);
    expect(compared()).toBe(before + 1);
  });
});

describe('the fills of a stop', () => {
  it('are known as its own although the venue gave the order it became another id', async () => {
    await begin({ firesUnderOwnIds: true });
    await desk.open(ETH);
    await venue.setPrice('ETHUSDT', 96);
    await desk.reconcile();
    const last = books.fills.at(-1);
    const stop = [...books.intents.values()].find(({ request }) => request.purpose === 'stop');
    expect(last).toMatchObject({ purpose: 'stop', clientOrderId: stop?.request.clientOrderId });
    expect(stop?.status).toBe('filled');
    expect([...books.trades.values()]).toMatchObject([{ exitReason: 'stop' }]);
  });
});
