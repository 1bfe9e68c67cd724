import { describe, expect, it } from 'vitest';
import { BTC, ETH, opening, openMemoryOrders, resting, unsoundness } from '#tests/support/memory-orders.ts';
import { closeAtMarket, tightenStop } from '#tools/orders/custody.ts';
import { placeOrders } from '#tools/orders/place-orders.ts';

const ALL = { symbol: null, side: null };
const NOTHING = { closed: [], givenUp: [] };

type Orders = ReturnType<typeof openMemoryOrders>;

async function holding(orders: Orders = openMemoryOrders()) {
  await placeOrders(orders.plan('run-0', [opening(BTC), opening(ETH, { side: 'short' })]), orders.parts);
  orders.submitted.splice(0);
  return orders;
}

/** Holds 3 of the 5 that rest in BTC. */
async function openInPart(orders: Orders): Promise<void> {
  orders.gate.lastPricesQuote.set(BTC, 99.9);
  await placeOrders(orders.plan('run-0', [resting(BTC)]), orders.parts);
  await orders.minute({ [BTC]: [100, 100, 99, 99.9] });
  await orders.desk.reconcile();
  expect((await orders.position(BTC))?.quantityBase).toBe('3');
}

async function stops(orders: Orders): Promise<string[]> {
  const open = await orders.venue.openOrders();
  return open
    .filter(({ purpose }) => purpose === 'stop')
    .map(({ symbol, triggerPriceQuote }) => `${symbol.slice(0, 3)} ${triggerPriceQuote}`)
    .sort();
}

describe('protecting the book', () => {
  it('cancels what is left of an entry and keeps all protection', async () => {
    const orders = openMemoryOrders({ volumeBase: 30 });
    await openInPart(orders);
    const notes = await orders.desk.protect(null);
    expect(notes.map(({ action, symbol }) => `${action} ${symbol}`)).toEqual([`cancelled ${BTC}`]);
    expect(await stops(orders)).toEqual(['BTC 97']);
    await orders.minute({ [BTC]: [100, 100, 99, 100] });
    await orders.desk.reconcile();
    expect((await orders.position(BTC))?.quantityBase).toBe('3');
  });

  it('brings each stop half-way to the price, of longs and of shorts', async () => {
    const orders = await holding();
    await orders.minute({ [BTC]: [100, 102, 100, 102], [ETH]: [100, 100, 98, 98] });
    await orders.desk.protect('trip-1');
    // Half-way from 97 to 102 and from 103 to 98.
    expect(await stops(orders)).toEqual(['BTC 99.5', 'ETH 100.5']);
    expect(await unsoundness(orders.venue)).toEqual([]);
  });

  it('does so once for an occasion, and again for another', async () => {
    const orders = await holding();
    await orders.desk.protect('trip-1');
    const once = await stops(orders);
    expect(once).toEqual(['BTC 98.5', 'ETH 101.5']);
    expect(await orders.desk.protect('trip-1')).toEqual([]);
    await orders.minute({ [BTC]: [100, 102, 100, 102] });
    expect(await orders.desk.protect('trip-1')).toEqual([]);
    await orders.minute({ [BTC]: [102, 102, 100, 100] });
    expect(await orders.desk.protect(null)).toEqual([]);
    expect(await stops(orders)).toEqual(once);
    await orders.desk.protect('trip-2');
    expect(await stops(orders)).toEqual(['BTC 99.2', 'ETH 100.8']);
  });

  it('brings nearer only the stops of sides at risk, once, and leaves entries as they are', async () => {
    const orders = await holding();
    const [note, ...more] = await orders.desk.tightenStops('watch-1', ['long']);
    expect({ action: note?.action, symbol: note?.symbol, more }).toEqual({
      ...{ action: 'placed', symbol: BTC, more: [] },
    });
    expect(await stops(orders)).toEqual(['BTC 98.5', 'ETH 103']);
    expect(await orders.desk.tightenStops('watch-1', ['long'])).toEqual([]);
    expect(await orders.desk.tightenStops('watch-1', ['short'])).toHaveLength(1);
    expect(await stops(orders)).toEqual(['BTC 98.5', 'ETH 101.5']);
    expect(await unsoundness(orders.venue)).toEqual([]);
    const partly = openMemoryOrders({ volumeBase: 30 });
    await openInPart(partly);
    await partly.desk.tightenStops('watch-1', ['long']);
    expect((await partly.venue.openOrders()).map(({ purpose }) => purpose)).toContain('entry');
  });

  it('does what a deaf venue kept it from when it is asked again', async () => {
    const orders = await holding();
    orders.fail({ on: 'positions', fault: 'unavailable' });
    await expect(orders.desk.protect('trip-1')).rejects.toMatchObject({ code: 'venue_unavailable' });
    orders.heal();
    await orders.desk.protect('trip-1');
    expect(await stops(orders)).toEqual(['BTC 98.5', 'ETH 101.5']);
  });

  it('keeps the old stop when the nearer one is refused or lost', async () => {
    for (const fault of ['rejected', 'lost_before'] as const) {
      const orders = await holding();
      orders.fail({ on: 'submit', purpose: 'stop', fault });
      const notes = await orders.desk.protect('trip-1');
      expect(notes.map(({ action }) => action)).toEqual(['failed', 'failed']);
      expect(await stops(orders)).toEqual(['BTC 97', 'ETH 103']);
    }
  });

  it('goes on tightening the others when one entry cannot be cancelled', async () => {
    const orders = openMemoryOrders({ volumeBase: 30 });
    await openInPart(orders);
    orders.fail({ on: 'cancel', fault: 'unavailable', times: 1 });
    const notes = await orders.desk.protect('trip-1');
    expect(notes.map(({ action }) => action)).toEqual(['failed', 'placed']);
    expect(await stops(orders)).toEqual(['BTC 98.4']);
  });
});

describe('tightening a stop', () => {
  it.each([
    ['long', BTC, '96.9'],
    ['long', BTC, '97'],
    ['short', ETH, '103'],
    ['short', ETH, '103.1'],
  ] as const)('of a %s in %s does nothing at %s, where no risk comes off', async (side, symbol, toQuote) => {
    const orders = await holding();
    const position = await orders.position(symbol);
    if (position === undefined) throw new Error(`no position in ${symbol}`);
    const fromQuote = side === 'long' ? '97' : '103';
    const move = { occasion: 'trip-1', fromQuote, toQuote };
    expect(await tightenStop('desk', position, move, orders.parts)).toBeNull();
    expect(orders.submitted).toEqual([]);
  });
});

describe('closing by hand', () => {
  it('closes one position and removes its stop and target, and leaves the others', async () => {
    const orders = await holding();
    const { closed } = await orders.desk.close({ symbol: BTC, side: null }, 'a person asked');
    expect(closed).toMatchObject([{ position: { symbol: BTC, side: 'long' }, note: { action: 'closed' } }]);
    expect(await orders.working(BTC)).toEqual([]);
    expect(await unsoundness(orders.venue)).toEqual([]);
    expect((await orders.venue.positions()).map(({ symbol }) => symbol)).toEqual([ETH]);
  });

  it('closes the very position that is named, and none that has taken its place since', async () => {
    const orders = await holding();
    const seen = await orders.position(BTC);
    if (seen === undefined) throw new Error('no position to close');
    const choice = { symbol: BTC, side: seen.side, positionId: seen.positionId };
    await orders.byHand({ side: 'sell', purpose: 'exit', reduceOnly: true, quantityBase: seen.quantityBase });
    await orders.byHand({ side: 'buy', purpose: 'entry', quantityBase: '2' });
    expect(await orders.desk.close(choice, 'meant the first')).toMatchObject({ closed: [] });
    const stands = await orders.position(BTC);
    expect(stands?.positionId).not.toBe(seen.positionId);
    expect(stands?.quantityBase).toBe('2');
    const meant = { symbol: null, side: null, positionId: stands?.positionId ?? '' };
    expect(await orders.desk.close(meant, 'meant the second')).toMatchObject({
      closed: [{ position: { symbol: BTC } }],
    });
    expect((await orders.venue.positions()).map(({ symbol }) => symbol)).toEqual([ETH]);
  });

  it('closes all of them, and says which one the venue refused', async () => {
    const orders = await holding();
    orders.fail({ on: 'submit', purpose: 'exit', symbol: BTC, fault: 'rejected' });
    const { closed } = await orders.desk.close(ALL, 'a person asked');
    expect(closed.map(({ note }) => `${note.action} ${note.symbol}`)).toEqual([
      `failed ${BTC}`,
      `closed ${ETH}`,
    ]);
    expect(await unsoundness(orders.venue)).toEqual([]);
    orders.heal();
    await orders.desk.close({ symbol: BTC, side: 'long' }, 'once more');
    expect(await orders.venue.positions()).toEqual([]);
    expect(await orders.venue.openOrders()).toEqual([]);
  });

  it('cancels what is left of the entry of a position it closes', async () => {
    const orders = openMemoryOrders({ volumeBase: 30 });
    await placeOrders(orders.plan('run-0', [opening(BTC)]), orders.parts);
    await orders.desk.close({ symbol: BTC, side: null }, 'a person asked');
    for (let minute = 0; minute < 5; minute++) {
      await orders.minute({});
      await orders.desk.reconcile();
    }
    expect(await orders.venue.positions()).toEqual([]);
    expect(await orders.venue.openOrders()).toEqual([]);
  });

  it('closes nothing where there is no such position, nor the one of the other side', async () => {
    const orders = await holding();
    expect(await orders.desk.close({ symbol: 'SOL/USDT:USDT', side: null }, 'a person asked')).toEqual(
      NOTHING,
    );
    expect(await orders.desk.close({ symbol: BTC, side: 'short' }, 'a person asked')).toEqual(NOTHING);
    expect(await orders.venue.positions()).toHaveLength(2);
    expect(orders.submitted).toEqual([]);
  });

  it('is told apart from an exit of the desk in the trade and in the intent', async () => {
    const orders = await holding();
    await orders.desk.close({ symbol: BTC, side: null }, 'news');
    const position = await orders.position(ETH);
    if (position === undefined) throw new Error('no position in ETH');
    await closeAtMarket('desk', position, orders.parts, 'no stop stands');
    await orders.desk.reconcile();
    const ended = [...orders.books.trades.values()].map(({ symbol, exitReason }) => [symbol, exitReason]);
    expect(ended).toEqual([
      [BTC, 'person'],
      [ETH, 'exit'],
    ]);
    const exits = [...orders.books.intents.values()].filter(({ request }) => request.purpose === 'exit');
    expect(exits.map(({ reason }) => reason)).toEqual(['news', 'no stop stands']);
  });
});
