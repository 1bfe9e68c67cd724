import { describe, expect, it } from 'vitest';
import type { Position } from '#domain/account.ts';
import { sumDecimals } from '#domain/decimal.ts';
import { breakAt } from '#tests/support/memory-fault-points.ts';
import {
  BTC,
  closing,
  type MemoryOrders,
  opening,
  openMemoryOrders,
  unsoundness,
} from '#tests/support/memory-orders.ts';
import { stopAt, targetAt } from '#tests/unit/exchanges/paper/paper-desk.ts';
import { placeOrders } from '#tools/orders/place-orders.ts';
import { type ReconcileParts, reconcile } from '#tools/orders/reconcile.ts';

/** A long of 6 BTC at 100 on a venue that takes 2 at once, opened by hand in three orders. */
async function holdingSix(): Promise<MemoryOrders> {
  const orders = openMemoryOrders({ maxQuantityBase: '2' });
  for (const quantityBase of ['2', '2', '2']) await orders.byHand({ quantityBase });
  return orders;
}

async function protection(orders: MemoryOrders): Promise<string[]> {
  const working = await orders.working(BTC);
  return working
    .map(
      ({ purpose, quantityBase, triggerPriceQuote }) => `${purpose} ${quantityBase} @ ${triggerPriceQuote}`,
    )
    .sort();
}

const sentAs = (orders: MemoryOrders, purpose: string) =>
  orders.submitted.filter((order) => order.purpose === purpose).map(({ quantityBase }) => quantityBase);

const FULL_STOPS = ['stop 2 @ 98', 'stop 2 @ 98', 'stop 2 @ 98'];

describe('a position larger than the largest order of its venue', () => {
  it('is covered by stops at one price that add up to it, and left alone after that', async () => {
    const orders = await holdingSix();
    await reconcile(orders.parts);
    expect(await protection(orders)).toEqual(FULL_STOPS);
    const again = await reconcile(orders.parts);
    expect(again.custody).toEqual([]);
  });

  it('gets only the piece that is missing', async () => {
    const orders = await holdingSix();
    await reconcile(orders.parts);
    const [first] = await orders.working(BTC);
    await orders.venue.cancel(BTC, first?.clientOrderId ?? '');
    orders.submitted.splice(0);
    await reconcile(orders.parts);
    expect(await protection(orders)).toEqual(FULL_STOPS);
    expect(sentAs(orders, 'stop')).toHaveLength(1);
  });

  it('is closed to the last piece by its stops', async () => {
    const orders = await holdingSix();
    await reconcile(orders.parts);
    await orders.minute({ [BTC]: [100, 100, 97, 97] });
    await reconcile(orders.parts);
    expect(await orders.position(BTC)).toBeUndefined();
    expect(await orders.venue.openOrders()).toEqual([]);
    expect(
      sumDecimals([...orders.books.trades.values()].map(({ quantityBase }) => quantityBase)).toFixed(),
    ).toBe('6');
  });

  it('is closed at market in as many orders as it takes when its stop is refused', async () => {
    const orders = await holdingSix();
    orders.fail({ on: 'submit', purpose: 'stop', fault: 'rejected' });
    await reconcile(orders.parts);
    expect(await orders.position(BTC)).toBeUndefined();
    expect(sentAs(orders, 'exit')).toEqual(['2', '2', '2']);
  });

  it('is closed when the last piece of its stop is refused', async () => {
    const orders = await holdingSix();
    orders.fail({ on: 'submit', purpose: 'stop', fault: 'rejected', after: 2 });
    await reconcile(orders.parts);
    expect(await orders.position(BTC)).toBeUndefined();
    expect(await orders.venue.openOrders()).toEqual([]);
  });

  it('is closed for a person, and by a cycle, in as many orders as it takes', async () => {
    const byPerson = await holdingSix();
    const {
      closed: [told],
    } = await byPerson.desk.close({ symbol: BTC, side: null }, 'enough');
    expect(told?.note.action).toBe('closed');
    expect(await byPerson.position(BTC)).toBeUndefined();
    const byCycle = await holdingSix();
    const held = await byCycle.position(BTC);
    if (held === undefined) throw new Error('nothing is held');
    const report = await placeOrders(byCycle.plan('run-1', [closing(held)]), byCycle.parts);
    expect(report.verdicts).toMatchObject([{ outcome: 'approved', quantityBase: '6' }]);
    expect(await byCycle.position(BTC)).toBeUndefined();
    expect(sentAs(byCycle, 'exit')).toEqual(['2', '2', '2']);
    await placeOrders(byCycle.plan('run-1', [closing(held)]), byCycle.parts);
    expect(sentAs(byCycle, 'exit')).toHaveLength(3);
  });

  it('has an exit in pieces that the market is still taking left alone', async () => {
    const orders = openMemoryOrders({ maxQuantityBase: '2', volumeBase: 30 });
    for (let minute = 0; minute < 2; minute++) {
      for (const quantityBase of ['2', '1']) await orders.byHand({ quantityBase });
      await orders.minute({ [BTC]: [100, 100, 100, 100] });
    }
    orders.fail({ on: 'submit', purpose: 'stop', fault: 'rejected' });
    await reconcile(orders.parts);
    expect((await orders.position(BTC))?.quantityBase).toBe('3');
    await reconcile(orders.parts);
    expect(sentAs(orders, 'exit')).toEqual(['2', '2', '2']);
    expect(await unsoundness(orders.venue, orders.parts.instruments)).toEqual([]);
  });

  it('has its stops moved together, and loses no cover when one of them is refused', async () => {
    const orders = await holdingSix();
    await reconcile(orders.parts);
    orders.fail({ on: 'submit', purpose: 'stop', fault: 'rejected', after: 1 });
    await orders.minute({ [BTC]: [103, 103, 103, 103] });
    await reconcile(orders.parts);
    const held = await orders.position(BTC);
    expect(held?.quantityBase).toBe('6');
    expect((await protection(orders)).filter((order) => order.endsWith('98'))).toEqual(FULL_STOPS);
    expect(sentAs(orders, 'exit')).toEqual([]);
    orders.heal();
    orders.paper.market.wait(60_000);
    await reconcile(orders.parts);
    const moved = await protection(orders);
    expect(moved).toHaveLength(3);
    expect(new Set(moved.map((order) => order.split('@ ')[1])).size).toBe(1);
    expect(moved[0]?.endsWith('98')).toBe(false);
  });

  it('has a target in pieces too, and one that closes whatever is held is enough', async () => {
    const orders = await holdingSix();
    await orders.byHand({ ...targetAt('130'), quantityBase: '2' });
    await reconcile(orders.parts);
    expect(await protection(orders)).toEqual([
      ...FULL_STOPS,
      'target 2 @ 130',
      'target 2 @ 130',
      'target 2 @ 130',
    ]);
  });

  it('is not opened: the gate cuts an entry to what can be closed at once', async () => {
    const orders = openMemoryOrders({ maxQuantityBase: '2' });
    const report = await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
    expect(report.verdicts).toMatchObject([{ outcome: 'resized', quantityBase: '2' }]);
    expect(await unsoundness(orders.venue)).toEqual([]);
  });
});

/** Every call of a desk to its venue and its store, broken one after the other as a process that dies there breaks it. */
async function dieAt(
  call: number,
  work: (orders: MemoryOrders, parts: ReconcileParts, held: Position) => Promise<unknown>,
): Promise<{ readonly orders: MemoryOrders; readonly held: Position; readonly calls: number }> {
  const orders = await holdingSix();
  const held = await orders.position(BTC);
  if (held === undefined) throw new Error('nothing is held');
  await orders.byHand({ ...stopAt('95'), quantityBase: '2' });
  const counter = { calls: 0 };
  const point = { call, tookEffect: call % 2 === 0, isDeath: true };
  const parts = {
    ...orders.parts,
    broker: breakAt(orders.parts.broker, point, counter, () => 'venue_unavailable'),
    store: breakAt(orders.parts.store, point, counter, () => 'database_unavailable'),
  };
  await work(orders, parts, held).catch(() => undefined);
  return { orders, held, calls: counter.calls };
}

describe('a process that dies while it closes or covers a large position', () => {
  it('leaves nothing that the next one does not finish, and never sells more than is held', async () => {
    for (let call = 1, calls = 1; call <= calls; call++) {
      const died = await dieAt(call, (orders, parts, held) =>
        placeOrders(orders.plan('run-1', [closing(held)]), parts),
      );
      calls = died.calls;
      const { orders } = died;
      await reconcile(orders.parts);
      expect(await unsoundness(orders.venue, orders.parts.instruments), `killed at call ${call}`).toEqual([]);
      await placeOrders(orders.plan('run-1', [closing(died.held)]), orders.parts);
      expect(await orders.position(BTC), `killed at call ${call}`).toBeUndefined();
      expect(await orders.venue.openOrders(), `killed at call ${call}`).toEqual([]);
    }
  });

  it('covers all of it one pass later, wherever the pass before was cut', async () => {
    for (let call = 1, calls = 1; call <= calls; call++) {
      const died = await dieAt(call, (_orders, parts) => reconcile(parts));
      calls = died.calls;
      await reconcile(died.orders.parts);
      const wrong = await unsoundness(died.orders.venue, died.orders.parts.instruments);
      expect(wrong, `killed at call ${call}`).toEqual([]);
      expect((await died.orders.position(BTC))?.quantityBase).toBe('6');
    }
  });
});
