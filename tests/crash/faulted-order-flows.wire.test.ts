/** Turns that the faulted flows take by chance, each on its own: the order code against the test venue, by its clock. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import { venueSymbol } from '#domain/symbol.ts';
import { MINUTE_MS } from '#domain/time.ts';
import { BTC, ETH, SOL, XRP } from '#tests/support/memory-orders.ts';
import { openWire, type Wire } from '#tests/support/wire-desk.ts';
import { createMemoryOrderStore } from '#tools/orders/memory-order-store.ts';

const STOPS = { method: 'POST', path: '/algoOrder', where: { type: 'STOP_MARKET' } } as const;
const PROTECT_WITHIN_MS = 5_000;

let wire: Wire;
beforeEach(async () => {
  wire = await openWire();
});
afterEach(() => wire.close());

const cancelAllOf = (symbol: string) =>
  wire.byHand.request('algoOpenOrders', 'fapiPrivate', 'DELETE', { symbol: venueSymbol(symbol) });
const trade = (symbol: string, side: 'BUY' | 'SELL', quantity: string) =>
  wire.byHand.fapiPrivatePostOrder({ symbol: venueSymbol(symbol), side, type: 'MARKET', quantity });

describe('an entry whose stop is refused', () => {
  it('ends flat within five seconds, and tells of it', async () => {
    wire.venue.faults.add({
      ...STOPS,
      times: null,
      effect: { kind: 'refused', code: -4045, message: 'Too many.' },
    });
    const { custody, view } = await wire.desk.open(ETH);
    expect(view.positions).toEqual([]);
    expect(wire.standing()).toEqual([]);
    expect(wire.venue.nakedMs('ETHUSDT')).toBeLessThanOrEqual(PROTECT_WITHIN_MS);
    expect(custody).toContainEqual(expect.objectContaining({ action: 'closed', symbol: ETH }));
  });

  it('ends flat although every answer to a stop is lost', async () => {
    wire.venue.faults.add({ ...STOPS, times: null, effect: { kind: 'backend-timeout', executed: false } });
    const { custody } = await wire.desk.open(ETH);
    expect(wire.standing()).toEqual([]);
    expect(custody).toContainEqual(expect.objectContaining({ action: 'closed', symbol: ETH }));
  });
});

describe('a desk that starts anew over open positions', () => {
  async function disturb(): Promise<void> {
    for (const symbol of [BTC, ETH, SOL]) await wire.desk.open(symbol);
    await wire.desk.broker.close();
    await cancelAllOf(BTC);
    await trade(ETH, 'SELL', '2');
    await trade(SOL, 'SELL', '5');
    await trade(XRP, 'SELL', '7');
  }

  it('restores stops, resizes them, takes orphans away and protects what a person opened, in one pass', async () => {
    await disturb();
    wire.desk = await wire.openDesk();
    const view = await wire.desk.reconcile();
    expect(wire.standing()).toEqual([
      'BTCUSDT 5: STOP_MARKET 5 at 97',
      'ETHUSDT 3: STOP_MARKET 3 at 97,TAKE_PROFIT_MARKET 3 at 108',
      'XRPUSDT -7: STOP_MARKET 7 at 102',
    ]);
    expect(view.positions).toHaveLength(3);
    expect((await wire.desk.reconcile()).custody).toEqual([]);
  });

  it('does so although its own books are gone', async () => {
    await disturb();
    wire.books = createMemoryOrderStore();
    wire.desk = await wire.openDesk();
    await wire.desk.reconcile();
    expect(wire.standing()).toEqual([
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
      wire.venue.faults.add({ path, times: null, effect: { kind: 'service-unavailable' } });
    await expect(wire.desk.reconcile()).rejects.toBeInstanceOf(AppError);
    expect(wire.standing()).toEqual(['ETHUSDT 5: STOP_MARKET 5 at 98.1']);
  });

  it('is known by the fill that began it although its fills are told late', async () => {
    await trade(ETH, 'BUY', '5');
    wire.venue.faults.add({ path: '/userTrades', effect: { kind: 'empty-list' } });
    const [early] = await wire.desk.broker.positions();
    const [known] = await wire.desk.broker.positions();
    expect(known?.positionId).toBe(`${ETH}#${wire.venue.fills[0]?.id}`);
    expect(early?.positionId).not.toBe(known?.positionId);
  });

  it('is known by the fill that began it although a thousand others went before', async () => {
    for (let pair = 0; pair < 510; pair++) {
      await trade(ETH, 'BUY', '1');
      await trade(ETH, 'SELL', '1');
    }
    await trade(ETH, 'BUY', '5');
    const [position] = await wire.desk.broker.positions();
    expect(position?.positionId).toBe(`${ETH}#${wire.venue.fills.at(-1)?.id}`);
  });

  it('keeps the stop a person gave it that closes whatever is held', async () => {
    await trade(ETH, 'BUY', '5');
    const whole = { algoType: 'CONDITIONAL', symbol: 'ETHUSDT', side: 'SELL', type: 'STOP_MARKET' };
    const stop = { ...whole, triggerPrice: '90', closePosition: 'true' };
    await wire.byHand.request('algoOrder', 'fapiPrivate', 'POST', stop);
    expect((await wire.desk.reconcile()).custody).toEqual([]);
    expect(wire.standing()).toEqual(['ETHUSDT 5: STOP_MARKET 0 at 90']);
  });

  it('whose stop the venue refuses for load gets it as soon as the ban ends', async () => {
    wire.venue.faults.add({ ...STOPS, effect: { kind: 'banned', forMs: 3_000 } });
    await wire.desk.open(ETH).catch(() => undefined);
    expect(wire.standing()).toEqual(['ETHUSDT 5: ']);
    wire.clock.atMs += 3_000;
    await wire.desk.reconcile();
    expect(wire.standing()).toEqual(['ETHUSDT 5: STOP_MARKET 5 at 97,TAKE_PROFIT_MARKET 5 at 108']);
    expect(wire.venue.nakedMs('ETHUSDT')).toBeLessThanOrEqual(PROTECT_WITHIN_MS);
  });

  it('that an entry opened after its answer was given up is protected as it was meant', async () => {
    const entry = { method: 'POST', path: '/v1/order' } as const;
    wire.venue.faults.add({ ...entry, effect: { kind: 'held', executed: false, forMs: null } });
    const { view } = await wire.desk.open(ETH);
    expect(view.unknownOutcomes).toBe(1);
    const sent = wire.venue.requests.find(
      ({ method, path }) => method === 'POST' && path.endsWith('/v1/order'),
    );
    const { timestamp: _at, recvWindow: _for, ...order } = sent?.parameters ?? {};
    await wire.byHand.fapiPrivatePostOrder(order);
    expect((await wire.desk.reconcile()).unknownOutcomes).toBe(0);
    expect(wire.standing()).toEqual(['ETHUSDT 5: STOP_MARKET 5 at 97,TAKE_PROFIT_MARKET 5 at 108']);
  });
});

describe('an order', () => {
  it('that could not be sent, since the account could not be asked how it is set, is none', async () => {
    wire.venue.faults.add({ path: '/positionSide/dual', effect: { kind: 'dropped', executed: false } });
    const { intents, view } = await wire.desk.open(ETH);
    expect(intents.find(({ request }) => request.purpose === 'entry')?.status).toBe('rejected');
    expect(view.unknownOutcomes).toBe(0);
    expect(wire.venue.orders).toEqual([]);
  });

  it('goes out by the last comparison of the clocks when a new one fails', async () => {
    await wire.desk.reconcile();
    wire.clock.atMs += 11 * MINUTE_MS;
    wire.venue.faults.add({ path: '/time', times: null, effect: { kind: 'service-unavailable' } });
    await wire.desk.open(ETH);
    expect(wire.standing()).toEqual(['ETHUSDT 5: STOP_MARKET 5 at 97,TAKE_PROFIT_MARKET 5 at 108']);
  });

  it('is preceded by a new comparison when the venue has refused the time of a read', async () => {
    await wire.desk.reconcile();
    const compared = () => wire.venue.requests.filter(({ path }) => path.endsWith('/time')).length;
    const before = compared();
    wire.venue.faults.add({ path: '/positionRisk', effect: { kind: 'clock-skew' } });
    await expect(wire.desk.reconcile()).rejects.toMatchObject({ code: 'clock_skew' });
    await wire.desk.open(ETH);
    expect(compared()).toBe(before + 1);
  });
});

describe('the fills of a stop', () => {
  it('are known as its own although the venue gave the order it became another id', async () => {
    await wire.close();
    wire = await openWire({ firesUnderOwnIds: true });
    await wire.desk.open(ETH);
    await wire.venue.setPrice('ETHUSDT', 96);
    await wire.desk.reconcile();
    const last = wire.books.fills.at(-1);
    const stop = [...wire.books.intents.values()].find(({ request }) => request.purpose === 'stop');
    expect(last).toMatchObject({ purpose: 'stop', clientOrderId: stop?.request.clientOrderId });
    expect(stop?.status).toBe('filled');
    expect([...wire.books.trades.values()]).toMatchObject([{ exitReason: 'stop' }]);
  });
});
