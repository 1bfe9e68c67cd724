import { describe, expect, it } from 'vitest';
import { type EntryDesk, entriesOf, openEntryDesk, sliced } from '#tests/support/entry-desk.ts';
import { BTC, closing, ETH, opening, resting, unsoundness } from '#tests/support/memory-orders.ts';
import { placeOrders } from '#tools/orders/place-orders.ts';
import { reconcile } from '#tools/orders/reconcile.ts';

const HOUR_MS = 3_600_000;

const endOf = ({ books }: EntryDesk) => [...books.entries.values()].map(({ endReason }) => endReason);
const minute = (orders: EntryDesk, low: number, close = 99.9) =>
  orders.minute({ [BTC]: [99.9, 100, low, close] });

describe('a limit at work', () => {
  it('rests without a position, and is protected as it fills', async () => {
    const orders = openEntryDesk(30);
    const { verdicts } = await placeOrders(orders.plan('run-1', [resting(BTC)]), orders.parts);
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['approved']);
    expect(entriesOf(orders)).toMatchObject([
      { type: 'limit', timeInForce: 'post_only', priceQuote: '99.9', quantityBase: '5' },
    ]);
    expect(await orders.position(BTC)).toBeUndefined();
    await minute(orders, 99);
    await orders.desk.reconcile();
    expect((await orders.position(BTC))?.quantityBase).toBe('3');
    expect(await unsoundness(orders.venue)).toEqual([]);
    await minute(orders, 99);
    await orders.desk.reconcile();
    expect((await orders.position(BTC))?.quantityBase).toBe('5');
    await orders.desk.reconcile();
    expect(await unsoundness(orders.venue)).toEqual([]);
    expect((await orders.working(BTC)).map(({ purpose }) => purpose).sort()).toEqual(['stop', 'target']);
    expect(endOf(orders)).toEqual(['5 of 5 filled']);
    expect(entriesOf(orders)).toHaveLength(1);
  });

  it('follows the price with one order at a time and keeps to the whole', async () => {
    const orders = openEntryDesk(30);
    await placeOrders(orders.plan('run-1', [resting(BTC)]), orders.parts);
    await minute(orders, 99);
    await orders.minute({ [BTC]: [100, 100.2, 100, 100.1] });
    orders.gate.lastPricesQuote.set(BTC, 100);
    const { worked } = await orders.desk.reconcile();
    expect(worked.map(({ action }) => action)).toEqual(['withdrawn', 'sent']);
    expect(entriesOf(orders).map(({ priceQuote, quantityBase }) => [priceQuote, quantityBase])).toEqual([
      ['99.9', '5'],
      ['100', '2'],
    ]);
    expect((await orders.working(BTC)).filter(({ purpose }) => purpose === 'entry')).toHaveLength(1);
  });

  it('keeps the place it has when the gate would not pass the next', async () => {
    const orders = openEntryDesk();
    await placeOrders(orders.plan('run-1', [resting(BTC, { targetPriceQuote: '107.2' })]), orders.parts);
    await orders.minute({ [BTC]: [100.2, 100.5, 100.2, 100.5] });
    // At 100.5 the reward is under twice the risk.
    expect((await orders.desk.reconcile()).worked).toEqual([]);
    expect((await orders.working(BTC)).map(({ priceQuote }) => priceQuote)).toEqual(['99.9']);
  });

  it('is cancelled at its deadline, on the close of a bar, and leaves nothing', async () => {
    const orders = openEntryDesk();
    const placement = { ...resting(BTC), style: 'limit', deadlineMs: 90_000 } as const;
    await placeOrders(orders.plan('run-1', [placement]), orders.parts);
    await orders.minute({});
    expect((await orders.desk.reconcile()).worked).toEqual([]);
    await orders.minute({});
    const { worked, entries } = await orders.desk.reconcile();
    expect(worked.map(({ action }) => action)).toEqual(['withdrawn', 'ended']);
    expect(entries).toEqual([]);
    await orders.desk.reconcile();
    expect(await orders.working(BTC)).toEqual([]);
    const left = [...orders.books.intents.values()].map(({ status }) => status);
    expect(left).toEqual(['cancelled', 'cancelled', 'cancelled']);
  });

  it('takes what fills in the bar of its deadline', async () => {
    const orders = openEntryDesk();
    await placeOrders(
      orders.plan('run-1', [{ ...resting(BTC), deadlineMs: 1_000, style: 'limit' }]),
      orders.parts,
    );
    await minute(orders, 99);
    await orders.desk.reconcile();
    expect((await orders.position(BTC))?.quantityBase).toBe('5');
    expect(endOf(orders)).toEqual(['5 of 5 filled']);
  });
});

describe('a twap at work', () => {
  it('builds one position slice by slice under one stop, and adds nothing once it is closed', async () => {
    const orders = openEntryDesk();
    orders.gate.lastPricesQuote.set(BTC, 100);
    await placeOrders(orders.plan('run-1', [sliced(BTC)]), orders.parts);
    expect((await orders.position(BTC))?.quantityBase).toBe('0.625');
    for (const held of ['1.25', '1.875']) {
      await orders.minute({});
      await orders.desk.reconcile();
      expect(Number((await orders.position(BTC))?.quantityBase)).toBeGreaterThanOrEqual(Number(held));
      expect(await unsoundness(orders.venue)).toEqual([]);
    }
    await orders.minute({ [BTC]: [100, 100, 96, 96] });
    const before = entriesOf(orders).length;
    await orders.desk.reconcile();
    await orders.minute({});
    await orders.desk.reconcile();
    expect(entriesOf(orders)).toHaveLength(before);
    expect(endOf(orders)[0]).toContain('its position is closed');
    expect(await orders.working(BTC)).toEqual([]);
  });

  it('fills all of it by its deadline, and no more', async () => {
    const orders = openEntryDesk();
    orders.gate.lastPricesQuote.set(BTC, 100);
    await placeOrders(orders.plan('run-1', [sliced(BTC)]), orders.parts);
    for (let waited = 0; waited < 10; waited++) {
      orders.paper.market.wait(30_000);
      await orders.desk.reconcile();
      expect(await unsoundness(orders.venue)).toEqual([]);
    }
    expect((await orders.position(BTC))?.quantityBase).toBe('5');
    expect(entriesOf(orders)).toHaveLength(8);
    expect(endOf(orders)).toEqual(['5 of 5 filled']);
  });

  it('waits while the gate refuses, and goes on when it passes again', async () => {
    const orders = openEntryDesk();
    orders.gate.lastPricesQuote.set(BTC, 100);
    await placeOrders(orders.plan('run-1', [sliced(BTC)]), orders.parts);
    orders.gate.lastPricesQuote.delete(BTC);
    orders.paper.market.wait(30_000);
    expect((await orders.desk.reconcile()).worked).toEqual([]);
    orders.gate.lastPricesQuote.set(BTC, 100);
    orders.paper.market.wait(1_000);
    expect((await orders.desk.reconcile()).worked.map(({ action }) => action)).toEqual(['sent']);
  });
});

describe('an entry that has begun', () => {
  it('is spoken for: no second one in its symbol, and its size counts against the others', async () => {
    const orders = openEntryDesk();
    await placeOrders(orders.plan('run-1', [sliced(BTC)]), orders.parts);
    const plan = orders.plan('run-2', [opening(BTC, { proposalId: 'again' }), opening(ETH)], {
      maxOpenPositions: 1,
    });
    const { verdicts } = await placeOrders(plan, orders.parts);
    expect(verdicts.map(({ findings }) => findings.map(({ code }) => code))).toEqual([
      ['positions_over_limit', 'position_exists'],
      ['positions_over_limit'],
    ]);
  });

  it('is given up when the desk halts, protects its book or closes', async () => {
    const ways: ((orders: EntryDesk) => Promise<unknown>)[] = [
      async (orders) => {
        orders.gate.tradingMode = 'halted';
        await orders.desk.reconcile();
      },
      (orders) => orders.desk.protect(null),
      (orders) => orders.desk.close({ symbol: BTC, side: null }, 'a person closes'),
    ];
    for (const giveUp of ways) {
      const orders = openEntryDesk();
      await placeOrders(orders.plan('run-1', [resting(BTC)]), orders.parts);
      await giveUp(orders);
      await orders.desk.reconcile();
      expect(await orders.working(BTC)).toEqual([]);
      expect(endOf(orders)[0]).not.toBeNull();
      await minute(orders, 99);
      expect(await orders.position(BTC)).toBeUndefined();
    }
  });

  it('does not fill against the close of what it has filled', async () => {
    const orders = openEntryDesk(30);
    await placeOrders(orders.plan('run-1', [resting(BTC)]), orders.parts);
    await minute(orders, 99);
    await orders.desk.reconcile();
    const held = await orders.position(BTC);
    if (held === undefined) throw new Error('nothing has filled');
    await placeOrders(orders.plan('run-2', [closing(held)]), orders.parts);
    await minute(orders, 99);
    await orders.desk.reconcile();
    expect(await orders.position(BTC)).toBeUndefined();
    expect(await orders.working(BTC)).toEqual([]);
  });

  it('is withdrawn later when its order could not be cancelled at once', async () => {
    const orders = openEntryDesk();
    await placeOrders(orders.plan('run-1', [resting(BTC)]), orders.parts);
    orders.fail({ on: 'cancel', fault: 'unavailable', times: 1 });
    const { closed, givenUp } = await orders.desk.close({ symbol: null, side: null }, 'a person closes all');
    expect([closed.length, givenUp.map(({ runId }) => runId)]).toEqual([0, ['run-1']]);
    expect(await orders.working(BTC)).toHaveLength(1);
    const { worked } = await orders.desk.reconcile();
    expect(worked.map(({ action, detail }) => `${action} ${detail.slice(-17)}`)).toEqual([
      'withdrawn its entry is over',
    ]);
    expect(await orders.working(BTC)).toEqual([]);
  });

  it('leaves a limit alone that a person has placed on the venue', async () => {
    const orders = openEntryDesk();
    await orders.byHand({
      symbol: BTC,
      type: 'limit',
      priceQuote: '98',
      quantityBase: '1',
      purpose: 'entry',
    });
    expect((await orders.desk.reconcile()).worked).toEqual([]);
    expect(await orders.working(BTC)).toHaveLength(1);
  });

  it('is carried on by the next look when its run died before its first order, and begun once', async () => {
    const orders = openEntryDesk();
    const plan = orders.plan('run-1', [resting(BTC)]);
    const dying = {
      ...orders.parts,
      store: { ...orders.parts.store, planIntents: () => Promise.reject(new Error('killed')) },
    };
    await expect(placeOrders(plan, dying)).rejects.toThrow('killed');
    expect(entriesOf(orders)).toEqual([]);
    await orders.desk.reconcile();
    await placeOrders(plan, orders.parts);
    expect(entriesOf(orders)).toHaveLength(1);
    expect(orders.books.entries.size).toBe(1);
  });

  it('is not begun again by a run that comes back after its end', async () => {
    const orders = openEntryDesk();
    const plan = orders.plan('run-1', [resting(BTC)]);
    await placeOrders(plan, orders.parts);
    orders.paper.market.wait(HOUR_MS);
    await orders.desk.reconcile();
    await reconcile(orders.parts);
    await placeOrders(plan, orders.parts);
    expect(entriesOf(orders)).toHaveLength(1);
  });
});
