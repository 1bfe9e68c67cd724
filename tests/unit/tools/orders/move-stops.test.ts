import { describe, expect, it } from 'vitest';
import {
  BTC,
  ETH,
  type MemoryOrders,
  opening,
  openMemoryOrders,
  unsoundness,
} from '#tests/support/memory-orders.ts';
import { stopAt } from '#tests/unit/exchanges/paper/paper-desk.ts';
import type { Prices } from '#tests/unit/exchanges/paper/scripted-market.ts';
import { custodyRunOf } from '#tools/orders/custody.ts';
import { placeOrders } from '#tools/orders/place-orders.ts';
import { reconcile } from '#tools/orders/reconcile.ts';

const flat = (price: number): Prices => [price, price, price, price];

/** A long in BTC from 100 with its stop at 97, so that R is 3, and a target far enough away for it to run. */
async function holding(): Promise<MemoryOrders> {
  const orders = openMemoryOrders();
  const placement = opening(BTC, { targetPriceQuote: '130' });
  await placeOrders(orders.plan('run-0', [placement]), orders.parts);
  orders.submitted.splice(0);
  return orders;
}

async function stopsOf(orders: MemoryOrders, symbol = BTC): Promise<(string | null)[]> {
  const working = await orders.working(symbol);
  return working
    .filter(({ purpose }) => purpose === 'stop')
    .map(({ triggerPriceQuote }) => triggerPriceQuote);
}

/** One minute at a price, then one pass of the guard; gives the stops that stand after it. */
async function passAt(orders: MemoryOrders, price: number, symbol = BTC): Promise<(string | null)[]> {
  await orders.minute({ [symbol]: flat(price) });
  await reconcile(orders.parts);
  return stopsOf(orders, symbol);
}

describe('a position in profit between two cycles', () => {
  it('has its stop follow a rising price in steps, and is stopped out with a profit when it turns', async () => {
    const orders = await holding();
    const seen: unknown[] = [];
    for (const price of [101, 103, 104, 104.5, 105, 104.2, 106, 109, 107]) {
      seen.push([price, ...(await passAt(orders, price))]);
      expect(await unsoundness(orders.venue)).toEqual([]);
    }
    expect(seen).toEqual([
      [101, '97'],
      [103, '100.2'],
      [104, '100.2'],
      [104.5, '101.5'],
      [105, '101.5'],
      [104.2, '101.5'],
      [106, '103'],
      [109, '106'],
      [107, '106'],
    ]);
    await orders.minute({ [BTC]: [107, 107, 105, 105] });
    await reconcile(orders.parts);
    const [trade] = [...orders.books.trades.values()];
    expect(trade).toMatchObject({ exitReason: 'stop', exitPriceQuote: '106' });
    expect(Number(trade?.netQuote)).toBeGreaterThan(0);
    expect(await orders.venue.openOrders()).toEqual([]);
  });

  it('of a short is protected as its mirror', async () => {
    const orders = openMemoryOrders();
    await placeOrders(orders.plan('run-0', [opening(ETH, { side: 'short' })]), orders.parts);
    expect(await passAt(orders, 97, ETH)).toEqual(['99.9']);
    expect(await passAt(orders, 95.5, ETH)).toEqual(['98.5']);
    expect(await passAt(orders, 98, ETH)).toEqual(['98.5']);
  });

  it('has the new stop placed before the old one is cancelled, under an intent of custody', async () => {
    const orders = await holding();
    orders.fail({ on: 'cancel', fault: 'unavailable' });
    expect(await passAt(orders, 103)).toEqual(['97', '100.2']);
    orders.heal();
    await reconcile(orders.parts);
    expect(await stopsOf(orders)).toEqual(['100.2']);
    const position = await orders.position(BTC);
    if (position === undefined) throw new Error('no position in BTC');
    const own = await orders.books.store.intentsOfRun(custodyRunOf(position));
    expect(own.map(({ request, status }) => [request.triggerPriceQuote, status])).toEqual([
      ['100.2', 'acknowledged'],
    ]);
  });

  it('sends nothing more however often it is looked at', async () => {
    const orders = await holding();
    await passAt(orders, 104.5);
    const sent = orders.submitted.length;
    for (let look = 0; look < 3; look++) expect((await reconcile(orders.parts)).custody).toEqual([]);
    expect(orders.submitted.length).toBe(sent);
  });

  it('counts in the first stop after the breaker has brought it nearer', async () => {
    const orders = await holding();
    await orders.desk.protect('trip-1');
    expect(await stopsOf(orders)).toEqual(['98.5']);
    expect(await passAt(orders, 102)).toEqual(['98.5']);
    expect(await passAt(orders, 103)).toEqual(['100.2']);
  });

  it('keeps its stop when the rules are off', async () => {
    const orders = await holding();
    await orders.minute({ [BTC]: flat(112) });
    const exitRules = { ...orders.parts.exitRules, breakEven: null, trailing: null };
    await reconcile({ ...orders.parts, exitRules });
    expect(await stopsOf(orders)).toEqual(['97']);
  });

  it('that was opened by hand is counted in the stop custody gave it', async () => {
    const orders = openMemoryOrders();
    await orders.byHand({ quantityBase: '2' });
    await reconcile(orders.parts);
    expect(await stopsOf(orders)).toEqual(['98']);
    expect(await passAt(orders, 102)).toEqual(['100.2']);
    expect(await passAt(orders, 104)).toEqual(['102']);
  });

  it('has the stop a person placed moved once, since nobody knows afterwards what it risked', async () => {
    const orders = openMemoryOrders();
    await orders.byHand({ quantityBase: '2' });
    await orders.byHand({ ...stopAt('95'), quantityBase: '2' });
    expect(await passAt(orders, 104)).toEqual(['95']);
    expect(await passAt(orders, 105)).toEqual(['100.2']);
    expect(await passAt(orders, 115)).toEqual(['100.2']);
  });

  it('is left alone while an exit is at work', async () => {
    const orders = openMemoryOrders({ volumeBase: 30 });
    await orders.byHand({ quantityBase: '3' });
    await reconcile(orders.parts);
    await orders.minute({ [BTC]: flat(104) }, 1);
    await orders.byHand({ purpose: 'exit', side: 'sell', reduceOnly: true, quantityBase: '3' });
    expect((await orders.position(BTC))?.quantityBase).not.toBe('0');
    orders.submitted.splice(0);
    await reconcile(orders.parts);
    expect(orders.submitted).toEqual([]);
  });
});

describe('a move of a stop that goes wrong', () => {
  it('keeps the old stop, and is sent three times to one price and then once a minute', async () => {
    const orders = await holding();
    orders.fail({ on: 'submit', purpose: 'stop', fault: 'rejected' });
    await orders.minute({ [BTC]: flat(103) });
    for (let pass = 0; pass < 6; pass++) await reconcile(orders.parts);
    expect(orders.submitted).toHaveLength(3);
    expect(await stopsOf(orders)).toEqual(['97']);
    orders.paper.market.wait(59_999);
    await reconcile(orders.parts);
    expect(orders.submitted).toHaveLength(3);
    orders.heal();
    orders.paper.market.wait(1);
    await reconcile(orders.parts);
    expect(await stopsOf(orders)).toEqual(['100.2']);
  });

  it.each(['lost_before', 'lost_after', 'delayed'] as const)(
    'waits for the answer when it is %s, and is then made once',
    async (fault) => {
      const orders = openMemoryOrders({ sendSettlesWithinMs: 5_000 });
      await placeOrders(orders.plan('run-0', [opening(BTC)]), orders.parts);
      orders.submitted.splice(0);
      orders.fail({ on: 'submit', purpose: 'stop', fault, times: 1 });
      orders.fail({ on: 'findOrder', fault: 'unavailable', times: 1, symbol: BTC });
      await orders.minute({ [BTC]: flat(103) });
      for (let pass = 0; pass < 2; pass++) await reconcile(orders.parts);
      expect(orders.submitted).toHaveLength(1);
      orders.heal();
      await orders.deliver();
      orders.paper.market.wait(5_000);
      await reconcile(orders.parts);
      expect(await stopsOf(orders)).toEqual(['100.2']);
      expect(await unsoundness(orders.venue)).toEqual([]);
      expect((await reconcile(orders.parts)).unknownOutcomes).toBe(0);
      expect(orders.submitted.length).toBe(fault === 'lost_before' ? 2 : 1);
    },
  );

  it('is made after a crash between its intent and its send', async () => {
    const orders = await holding();
    await orders.minute({ [BTC]: flat(103) });
    const { store } = orders.parts;
    const dying = { ...store, moveIntent: () => Promise.reject(new Error('killed')) };
    await expect(reconcile({ ...orders.parts, store: dying })).rejects.toThrow('killed');
    expect(orders.submitted).toEqual([]);
    await reconcile(orders.parts);
    expect(await stopsOf(orders)).toEqual(['100.2']);
    expect(orders.submitted).toHaveLength(1);
  });

  it('is found after a crash between its send and its record, and not sent again', async () => {
    const orders = await holding();
    await orders.minute({ [BTC]: flat(103) });
    const { store } = orders.parts;
    const dying: typeof store = {
      ...store,
      moveIntent: (id, to, evidence) =>
        to === 'sent' ? store.moveIntent(id, to, evidence) : Promise.reject(new Error('killed')),
    };
    await expect(reconcile({ ...orders.parts, store: dying })).rejects.toThrow('killed');
    await reconcile(orders.parts);
    expect(await stopsOf(orders)).toEqual(['100.2']);
    expect(orders.submitted).toHaveLength(1);
  });
});
