import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOrderRepository } from '#db/repositories/orders.ts';
import {
  account,
  BTC,
  fill,
  funding,
  intent,
  NOW_MS,
  order,
  position,
  trade,
} from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

const noEvidence = { atMs: NOW_MS + 1, reason: null, order: null };
const books = {
  atMs: NOW_MS,
  account: account(),
  positions: [position()],
  orders: [order()],
  fills: [fill('fill-b'), fill('fill-a')],
  fundings: [funding()],
  trades: [trade()],
  cursor: 'cursor-1',
};

describe('planning intents', () => {
  it('leaves an intent with the same client order id as it stands and gives the rows in the asked order', async () => {
    const orders = createOrderRepository(test.database);
    await orders.planIntents([intent('b')]);
    await orders.moveIntent('intent-b', 'sent', noEvidence);
    const planned = await orders.planIntents([
      intent('c'),
      intent('b', { intentId: 'another-id' }),
      intent('a'),
    ]);
    expect(planned.map((one) => [one.intentId, one.status])).toEqual([
      ['intent-c', 'planned'],
      ['intent-b', 'sent'],
      ['intent-a', 'planned'],
    ]);
    expect((await orders.intentsOfRun('run-1')).map((one) => one.intentId)).toEqual([
      'intent-b',
      'intent-c',
      'intent-a',
    ]);
  });

  it('makes one intent of a leg that two processes plan at the same time', async () => {
    const orders = createOrderRepository(test.database);
    const legs = [intent('a'), intent('b')];
    await Promise.all([orders.planIntents(legs), orders.planIntents(legs), orders.planIntents(legs)]);
    expect(await orders.intentsOfRun('run-1')).toHaveLength(2);
  });

  it('refuses an intent id that stands for another order', async () => {
    const orders = createOrderRepository(test.database);
    await orders.planIntents([intent('a')]);
    await expect(orders.planIntents([intent('b', { intentId: 'intent-a' })])).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

describe('moving an intent', () => {
  it('refuses a step that is not allowed and names both ends', async () => {
    const orders = createOrderRepository(test.database);
    await orders.planIntents([intent()]);
    const illegal = orders.moveIntent('intent-order-1', 'filled', { ...noEvidence, order: order() });
    await expect(illegal).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/planned to filled/),
    });
    expect((await orders.intentsOfRun('run-1'))[0]?.status).toBe('planned');
    expect((await orders.listOrders({ limit: 5 })).items).toEqual([]);
  });

  it('lets one of two contradicting steps through when they come together', async () => {
    const orders = createOrderRepository(test.database);
    await orders.planIntents([intent()]);
    await orders.moveIntent('intent-order-1', 'sent', noEvidence);
    const moves = await Promise.allSettled([
      orders.moveIntent('intent-order-1', 'filled', noEvidence),
      orders.moveIntent('intent-order-1', 'rejected', noEvidence),
      orders.moveIntent('intent-order-1', 'settled', noEvidence),
    ]);
    expect(moves.filter((move) => move.status === 'fulfilled')).toHaveLength(1);
  });

  it('takes a step in place as no step', async () => {
    const orders = createOrderRepository(test.database);
    await orders.planIntents([intent()]);
    await orders.moveIntent('intent-order-1', 'sent', noEvidence);
    await orders.moveIntent('intent-order-1', 'unknown', { ...noEvidence, reason: 'first' });
    const again = await orders.moveIntent('intent-order-1', 'unknown', {
      atMs: NOW_MS + 9,
      reason: 'second',
      order: null,
    });
    expect(again).toMatchObject({ status: 'unknown', reason: 'first', updatedAtMs: NOW_MS + 1 });
  });

  it('stores the order that is the evidence, and a second part-fill of it', async () => {
    const orders = createOrderRepository(test.database);
    await orders.planIntents([intent()]);
    await orders.moveIntent('intent-order-1', 'sent', noEvidence);
    for (const filledBase of ['0.003', '0.007'])
      await orders.moveIntent('intent-order-1', 'partially_filled', {
        ...noEvidence,
        order: order('order-1', { status: 'partially_filled', filledBase, averagePriceQuote: '79123.40' }),
      });
    expect((await orders.listOrders({ limit: 5 })).items).toEqual([
      {
        ...order('order-1', {
          status: 'partially_filled',
          filledBase: '0.007',
          averagePriceQuote: '79123.40',
        }),
        deskId: 'desk-1',
        runId: 'run-1',
        positionId: null,
      },
    ]);
  });

  it('says which intent is unknown', async () => {
    const orders = createOrderRepository(test.database);
    await expect(orders.moveIntent('nobody', 'sent', noEvidence)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('keeps intents unsettled until evidence ends them', async () => {
    const orders = createOrderRepository(test.database);
    await orders.planIntents([intent('a'), intent('b'), intent('c'), intent('d', { deskId: 'desk-2' })]);
    await orders.moveIntent('intent-a', 'sent', noEvidence);
    await orders.moveIntent('intent-a', 'unknown', noEvidence);
    await orders.moveIntent('intent-b', 'rejected', noEvidence);
    const unsettled = await orders.unsettledIntents('desk-1');
    expect(unsettled.map((one) => [one.intentId, one.status])).toEqual([
      ['intent-a', 'unknown'],
      ['intent-c', 'planned'],
    ]);
  });
});

describe('the reconciled books', () => {
  it('come back to the last digit, and saving them again changes nothing', async () => {
    const orders = createOrderRepository(test.database);
    for (const _time of [1, 2]) await orders.saveBooks('desk-1', books);
    expect(await orders.account('desk-1')).toEqual(books.account);
    expect(await orders.positions(['desk-1'])).toEqual([
      { deskId: 'desk-1', ...position(), stop: null, target: null },
    ]);
    expect(await orders.activityCursor('desk-1')).toBe('cursor-1');
    expect(await orders.tripActivity('desk-1', BTC, NOW_MS)).toEqual({
      fills: books.fills,
      fundings: books.fundings,
    });
    expect((await orders.listTrades({ limit: 5 })).items).toEqual([
      { deskId: 'desk-1', ...trade(), openedByRunId: null, closedByRunId: null },
    ]);
  });

  it('forget a position that is closed and keep those of other desks', async () => {
    const orders = createOrderRepository(test.database);
    await orders.saveBooks('desk-1', books);
    await orders.saveBooks('desk-2', books);
    await orders.saveBooks('desk-1', { ...books, positions: [] });
    expect((await orders.positions()).map((one) => one.deskId)).toEqual(['desk-2']);
  });

  it('tell of a stop in pieces at one price as one of their size', async () => {
    const orders = createOrderRepository(test.database);
    const piece = { purpose: 'stop', side: 'sell', reduceOnly: true, triggerPriceQuote: '78000' } as const;
    const pieces = ['0.2', '0.1'].map((size, i) => order(`s${i}`, { ...piece, quantityBase: size }));
    await orders.saveBooks('desk-1', { ...books, orders: pieces });
    const [held] = await orders.positions();
    expect(held?.stop).toMatchObject({ triggerPriceQuote: '78000', quantityBase: '0.3' });
  });

  it('tell each position its own working stop and target, and the nearer of two', async () => {
    const orders = createOrderRepository(test.database);
    const leg = (id: string, purpose: 'stop' | 'target', triggerPriceQuote: string, change = {}) =>
      order(id, { purpose, side: 'sell', reduceOnly: true, triggerPriceQuote, ...change });
    const short = position({ positionId: 'position-2', symbol: 'ETH/USDT:USDT', side: 'short' });
    const onShort = { symbol: short.symbol, side: 'buy' };
    await orders.saveBooks('desk-1', {
      ...books,
      positions: [position(), short],
      orders: [
        leg('s1', 'stop', '77000'),
        leg('s2', 'stop', '78000'),
        leg('s3', 'stop', '79000', { status: 'cancelled' }),
        leg('s4', 'stop', '78900', { side: 'buy' }),
        leg('s5', 'stop', '78800', { reduceOnly: false }),
        leg('t1', 'target', '84000'),
        leg('t2', 'target', '82000'),
        leg('s6', 'stop', '2100', onShort),
        leg('s7', 'stop', '2050', onShort),
      ],
    });
    await orders.saveBooks('desk-2', { ...books, orders: [leg('s8', 'stop', '79100')] });
    const told = await orders.positions();
    const { quantityBase } = order();
    expect(told.map(({ deskId, symbol, stop, target }) => ({ deskId, symbol, stop, target }))).toEqual([
      {
        deskId: 'desk-1',
        symbol: BTC,
        stop: { clientOrderId: 's2', triggerPriceQuote: '78000', quantityBase },
        target: { clientOrderId: 't2', triggerPriceQuote: '82000', quantityBase },
      },
      {
        deskId: 'desk-1',
        symbol: short.symbol,
        stop: { clientOrderId: 's7', triggerPriceQuote: '2050', quantityBase },
        target: null,
      },
      {
        deskId: 'desk-2',
        symbol: BTC,
        stop: { clientOrderId: 's8', triggerPriceQuote: '79100', quantityBase },
        target: null,
      },
    ]);
  });

  it('never let an older view reopen a final order or shrink what was filled', async () => {
    const orders = createOrderRepository(test.database);
    const filled = order('order-1', { status: 'filled', filledBase: '0.010' });
    const part = order('order-2', { status: 'partially_filled', filledBase: '0.005' });
    const cancelled = order('order-3', { status: 'cancelled' });
    await orders.saveBooks('desk-1', { ...books, orders: [filled, part, cancelled] });
    const older = ['order-1', 'order-2', 'order-3'].map((id) => order(id));
    await orders.saveBooks('desk-1', { ...books, orders: older });
    const { items } = await orders.listOrders({ limit: 5 });
    expect(items.map((one) => [one.clientOrderId, one.status, one.filledBase])).toEqual([
      ['order-3', 'cancelled', '0'],
      ['order-2', 'partially_filled', '0.005'],
      ['order-1', 'filled', '0.010'],
    ]);
  });

  it('tell which orders of a desk stood when the venue last told of them', async () => {
    const orders = createOrderRepository(test.database);
    const standing = [order('order-1'), { ...order('order-2'), status: 'partially_filled' as const }];
    const over = ['filled', 'cancelled', 'rejected'] as const;
    const ended = over.map((status) => ({ ...order(`order-${status}`), status }));
    await orders.saveBooks('desk-1', { ...books, orders: [...standing, ...ended] });
    await orders.saveBooks('desk-2', { ...books, orders: [order('other')] });
    const told = await orders.standingOrders('desk-1');
    expect(told.map(({ clientOrderId }) => clientOrderId).sort()).toEqual(['order-1', 'order-2']);
    expect(told[0]).toEqual(order(told[0]?.clientOrderId ?? ''));
  });

  it('are empty before the first reconciliation', async () => {
    const orders = createOrderRepository(test.database);
    expect(await orders.account('desk-1')).toBeNull();
    expect(await orders.activityCursor('desk-1')).toBeNull();
    expect(await orders.tripActivity('desk-1', BTC, 0)).toEqual({ fills: [], fundings: [] });
  });

  it('page orders and trades newest first, for one desk when asked', async () => {
    const orders = createOrderRepository(test.database);
    const many = Array.from({ length: 5 }, (_, index) => index);
    await orders.saveBooks('desk-1', {
      ...books,
      orders: many.map((index) => order(`order-${index}`)),
      trades: many.map((index) => trade(`trade-${index}`, { closedAtMs: NOW_MS + index })),
    });
    await orders.saveBooks('desk-2', { ...books, orders: [order('other')], trades: [] });
    const first = await orders.listOrders({ limit: 3, deskIds: ['desk-1'] });
    const second = await orders.listOrders({ limit: 3, deskIds: ['desk-1'], cursor: first.nextCursor });
    expect([...first.items, ...second.items].map((one) => one.clientOrderId)).toEqual(
      many.toReversed().map((index) => `order-${index}`),
    );
    expect(second.nextCursor).toBeNull();
    const trades = await orders.listTrades({ limit: 2 });
    expect(trades.items.map((one) => one.tradeId)).toEqual(['trade-4', 'trade-3']);
    await expect(orders.listTrades({ limit: 2, cursor: '%%' })).rejects.toMatchObject({
      code: 'request_invalid',
    });
  });
});
