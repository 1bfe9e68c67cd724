import { describe, expect, it } from 'vitest';
import { BTC, ETH, opening, openMemoryOrders, resting, unsoundness } from '#tests/support/memory-orders.ts';
import { stopAt, targetAt } from '#tests/unit/exchanges/paper/paper-desk.ts';
import { placeOrders } from '#tools/orders/place-orders.ts';
import { reconcile } from '#tools/orders/reconcile.ts';

const triggers = (orders: readonly { purpose: string; triggerPriceQuote: string | null }[]) =>
  orders.map(({ purpose, triggerPriceQuote }) => `${purpose} ${triggerPriceQuote}`).sort();

describe('protection of an entry', () => {
  it('stands on the venue as soon as the entry has filled', async () => {
    const orders = openMemoryOrders();
    await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
    expect(triggers(await orders.working(BTC))).toEqual(['stop 97', 'target 108']);
    expect(await unsoundness(orders.venue)).toEqual([]);
    const statuses = [...orders.books.intents.values()].map(({ request, status }) => [
      request.purpose,
      status,
    ]);
    expect(statuses).toEqual([
      ['entry', 'filled'],
      ['stop', 'acknowledged'],
      ['target', 'acknowledged'],
    ]);
  });

  it('is the position closed at market, with a note, when the venue refuses the stop', async () => {
    const orders = openMemoryOrders();
    orders.fail({ on: 'submit', purpose: 'stop', fault: 'rejected' });
    const report = await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
    expect(report.view.positions).toEqual([]);
    expect(await orders.venue.openOrders()).toEqual([]);
    expect(report.custody).toContainEqual(expect.objectContaining({ action: 'closed', symbol: BTC }));
  });

  it('keeps the note of a closed position when other items come after it', async () => {
    const orders = openMemoryOrders();
    orders.fail({ on: 'submit', purpose: 'stop', fault: 'rejected', times: 2 });
    const report = await placeOrders(orders.plan('run-1', [opening(BTC), opening(ETH)]), orders.parts);
    expect(report.view.positions.map(({ symbol }) => symbol)).toEqual([ETH]);
    expect(report.custody).toContainEqual(expect.objectContaining({ action: 'closed', symbol: BTC }));
  });

  it('leaves no target behind when the stop was refused and the position closed', async () => {
    const orders = openMemoryOrders();
    orders.fail({ on: 'submit', purpose: 'stop', fault: 'rejected' });
    await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
    expect(orders.submitted.map(({ purpose }) => purpose)).toEqual(['entry', 'stop', 'stop', 'exit']);
  });

  it.each(['lost_before', 'lost_after', 'delayed', 'duplicate', 'unavailable'] as const)(
    'ends protected or flat when the stop is %s',
    async (fault) => {
      const orders = openMemoryOrders();
      orders.fail({ on: 'submit', purpose: 'stop', fault });
      await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
      orders.heal();
      await orders.deliver();
      await reconcile(orders.parts);
      expect(await unsoundness(orders.venue)).toEqual([]);
    },
  );

  it.each(['lost_before', 'delayed'] as const)(
    'is placed anew, and the position kept, when the first stop is %s',
    async (fault) => {
      const orders = openMemoryOrders({ sendSettlesWithinMs: 5_000 });
      orders.fail({ on: 'submit', purpose: 'stop', fault, times: 1 });
      const report = await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
      expect(report.view.positions).toHaveLength(1);
      await orders.deliver();
      await reconcile(orders.parts);
      expect(await unsoundness(orders.venue)).toEqual([]);
    },
  );

  it('is the position closed at market when a lost stop took too long for a second one', async () => {
    const orders = openMemoryOrders();
    orders.fail({ on: 'submit', purpose: 'stop', fault: 'lost_before' });
    const { submit } = orders.parts.broker;
    const slow: typeof submit = (order) => {
      if (order.purpose === 'stop') orders.paper.market.wait(1_500);
      return submit(order);
    };
    const parts = { ...orders.parts, broker: { ...orders.parts.broker, submit: slow } };
    const report = await placeOrders(orders.plan('run-1', [opening(BTC)]), parts);
    expect(report.view.positions).toEqual([]);
    expect(orders.submitted.map(({ purpose }) => purpose)).toEqual(['entry', 'stop', 'exit']);
  });

  it.each(['lost_before', 'lost_after', 'delayed'] as const)(
    'ends protected or flat when the stop is %s and nobody can look it up',
    async (fault) => {
      const orders = openMemoryOrders({ sendSettlesWithinMs: 5_000 });
      orders.fail({ on: 'submit', purpose: 'stop', fault });
      orders.fail({ on: 'findOrder', fault: 'unavailable', symbol: BTC });
      await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
      expect(await orders.position(BTC)).toBeUndefined();
      orders.heal();
      await orders.deliver();
      orders.paper.market.wait(5_000);
      const view = await reconcile(orders.parts);
      expect(await unsoundness(orders.venue)).toEqual([]);
      expect(view.unknownOutcomes).toBe(0);
    },
  );

  it('does not wait for a position that can be neither protected nor closed: the next pass tries again', async () => {
    const orders = openMemoryOrders();
    orders.fail({ on: 'submit', purpose: 'stop', fault: 'rejected' });
    orders.fail({ on: 'submit', purpose: 'exit', fault: 'rejected' });
    const report = await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
    expect(report.custody.map(({ action }) => action)).toContain('failed');
    expect(await orders.position(BTC)).toBeDefined();
    orders.heal();
    await reconcile(orders.parts);
    expect(await unsoundness(orders.venue)).toEqual([]);
    expect(triggers(await orders.working(BTC))).toEqual(['stop 97', 'target 108']);
  });

  it('sends no second exit while one is working for all of the position', async () => {
    const orders = openMemoryOrders();
    await orders.byHand({ quantityBase: '80' });
    orders.fail({ on: 'submit', purpose: 'stop', fault: 'rejected' });
    await reconcile(orders.parts);
    await reconcile(orders.parts);
    const exits = orders.submitted.filter(({ purpose }) => purpose === 'exit');
    expect(exits).toHaveLength(1);
  });

  it('keeps a stop and no target when the venue refuses the target, and does not ask for ever', async () => {
    const orders = openMemoryOrders();
    orders.fail({ on: 'submit', purpose: 'target', fault: 'rejected' });
    await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
    const sent = orders.submitted.length;
    for (let pass = 0; pass < 3; pass++) await reconcile(orders.parts);
    expect(triggers(await orders.working(BTC))).toEqual(['stop 97']);
    expect(orders.submitted.length).toBe(sent);
  });
});

describe('a target', () => {
  const sentTargets = ({ submitted }: ReturnType<typeof openMemoryOrders>) =>
    submitted.filter(({ purpose }) => purpose === 'target').length;

  it.each(['turned_away', 'lost_before', 'unavailable'] as const)(
    'that was %s is tried again once a minute until it stands',
    async (fault) => {
      const orders = openMemoryOrders();
      orders.fail({ on: 'submit', purpose: 'target', fault, times: 2 });
      await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
      for (let pass = 0; pass < 3; pass++) await reconcile(orders.parts);
      expect(sentTargets(orders)).toBe(1);
      expect(triggers(await orders.working(BTC))).toEqual(['stop 97']);
      for (const expected of [2, 3, 3]) {
        orders.paper.market.wait(60_000);
        for (let pass = 0; pass < 2; pass++) await reconcile(orders.parts);
        expect(sentTargets(orders)).toBe(expected);
      }
      expect(triggers(await orders.working(BTC))).toEqual(['stop 97', 'target 108']);
      expect(await unsoundness(orders.venue)).toEqual([]);
    },
  );

  it('that the venue rejected is told once and given up', async () => {
    const orders = openMemoryOrders();
    orders.fail({ on: 'submit', purpose: 'target', fault: 'rejected', times: 1 });
    const { custody } = await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
    expect(custody.filter(({ action }) => action === 'failed')).toHaveLength(1);
    orders.paper.market.wait(60_000);
    expect((await reconcile(orders.parts)).custody).toEqual([]);
    expect(sentTargets(orders)).toBe(1);
  });

  it('is sent when every stop has been, over all positions', async () => {
    const orders = openMemoryOrders();
    for (const symbol of [BTC, ETH]) {
      await orders.byHand({ symbol, quantityBase: '2' });
      await orders.byHand({ ...targetAt('120'), symbol, quantityBase: '1' });
    }
    await reconcile(orders.parts);
    expect(orders.submitted.map(({ purpose }) => purpose)).toEqual(['stop', 'stop', 'target', 'target']);
  });
});

describe('protection that follows the position', () => {
  it('gives a part-filled entry a stop of the filled size, and a larger one as it fills', async () => {
    const orders = openMemoryOrders({ volumeBase: 30 });
    orders.gate.lastPricesQuote.set(BTC, 99.9);
    await placeOrders(orders.plan('run-1', [resting(BTC)]), orders.parts);
    await orders.minute({ [BTC]: [100, 100, 99, 100] });
    await reconcile(orders.parts);
    expect((await orders.position(BTC))?.quantityBase).toBe('3');
    expect(await unsoundness(orders.venue)).toEqual([]);
    await orders.minute({ [BTC]: [100, 100, 99, 100] });
    expect((await orders.position(BTC))?.quantityBase).toBe('5');
    await reconcile(orders.parts);
    expect(await unsoundness(orders.venue)).toEqual([]);
    const protection = (await orders.working(BTC)).map((order) => [
      order.purpose,
      order.quantityBase,
      order.triggerPriceQuote,
    ]);
    expect(protection).toEqual([
      ['stop', '5', '97'],
      ['target', '5', '108'],
    ]);
  });

  it('takes the sibling away when the stop has closed the position', async () => {
    const orders = openMemoryOrders();
    await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
    await orders.minute({ [BTC]: [100, 100, 96, 96] });
    expect(await orders.position(BTC)).toBeUndefined();
    expect(triggers(await orders.working(BTC))).toEqual(['target 108']);
    await reconcile(orders.parts);
    expect(await orders.working(BTC)).toEqual([]);
    expect([...orders.books.intents.values()].map(({ status }) => status)).toEqual([
      'filled',
      'filled',
      'cancelled',
    ]);
  });

  it('gives a position opened by hand the fallback stop and no target', async () => {
    const orders = openMemoryOrders();
    await orders.byHand({ quantityBase: '2' });
    await orders.byHand({ symbol: ETH, side: 'sell', quantityBase: '3' });
    await reconcile(orders.parts);
    expect(triggers(await orders.working(BTC))).toEqual(['stop 98']);
    expect(triggers(await orders.working(ETH))).toEqual(['stop 102']);
    expect(await unsoundness(orders.venue)).toEqual([]);
  });

  it('puts the fallback stop before the liquidation price of a highly leveraged position', async () => {
    const orders = openMemoryOrders();
    await orders.byHand({ quantityBase: '2', leverage: 50 });
    const position = await orders.position(BTC);
    await reconcile(orders.parts);
    const [stop] = await orders.working(BTC);
    expect(Number(stop?.triggerPriceQuote)).toBeGreaterThan(Number(position?.liquidationPriceQuote));
  });

  it('brings a stop back that a person cancelled, and leaves a target away', async () => {
    const orders = openMemoryOrders();
    await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
    for (const order of await orders.working(BTC)) await orders.venue.cancel(BTC, order.clientOrderId);
    for (let pass = 0; pass < 2; pass++) await reconcile(orders.parts);
    expect(triggers(await orders.working(BTC))).toEqual(['stop 97']);
  });

  it('leaves a target away that a person cancelled after an earlier try was turned away', async () => {
    const orders = openMemoryOrders();
    orders.fail({ on: 'submit', purpose: 'target', fault: 'turned_away', times: 1 });
    await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
    orders.paper.market.wait(60_000);
    await reconcile(orders.parts);
    const target = (await orders.working(BTC)).find(({ purpose }) => purpose === 'target');
    await orders.venue.cancel(BTC, target?.clientOrderId ?? 'no target');
    orders.paper.market.wait(60_000);
    for (let pass = 0; pass < 2; pass++) await reconcile(orders.parts);
    expect(triggers(await orders.working(BTC))).toEqual(['stop 97']);
  });

  it('keeps the old stop while its replacement cannot be placed', async () => {
    const orders = openMemoryOrders();
    await orders.byHand({ quantityBase: '2' });
    await orders.byHand({ ...stopAt('95'), quantityBase: '1' });
    orders.fail({ on: 'submit', fault: 'rejected' });
    await reconcile(orders.parts);
    expect((await orders.working(BTC)).map(({ quantityBase }) => quantityBase)).toEqual(['1']);
    orders.heal();
    await reconcile(orders.parts);
    expect(await unsoundness(orders.venue)).toEqual([]);
    expect(triggers(await orders.working(BTC))).toEqual(['stop 95']);
  });

  it('goes on with the others when an order cannot be cancelled', async () => {
    const orders = openMemoryOrders();
    await orders.byHand({ ...stopAt('90'), quantityBase: '1' });
    await orders.byHand({ symbol: ETH, quantityBase: '2' });
    orders.fail({ on: 'cancel', fault: 'unavailable', symbol: BTC });
    const view = await reconcile(orders.parts);
    expect(view.custody.map(({ action, symbol }) => `${action} ${symbol}`)).toEqual(
      expect.arrayContaining([`placed ${ETH}`, `failed ${BTC}`]),
    );
    orders.heal();
    await reconcile(orders.parts);
    expect(await unsoundness(orders.venue)).toEqual([]);
  });
});
