import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOrderRepository } from '#db/repositories/orders.ts';
import { account, fill, intent, NOW_MS, order, position, trade } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

type Books = Parameters<ReturnType<typeof createOrderRepository>['saveBooks']>[1];

async function saved(change: Partial<Books>) {
  const orders = createOrderRepository(test.database);
  const nothing = { orders: [], fills: [], fundings: [], trades: [], positions: [] };
  await orders.saveBooks('desk-1', { atMs: NOW_MS, account: account(), cursor: null, ...nothing, ...change });
  return orders;
}

describe('trades', () => {
  it('name the runs whose orders opened and closed them, and none for an order from elsewhere', async () => {
    const own = trade('own');
    const elsewhere = trade('elsewhere', { openedAtMs: NOW_MS + 5, closedAtMs: NOW_MS + 6 });
    const at = (clientOrderId: string, atMs: number, purpose: 'entry' | 'stop') =>
      fill(`fill-${clientOrderId}`, { clientOrderId, atMs, purpose });
    const orders = await saved({
      trades: [own, elsewhere],
      fills: [
        at('opens', own.openedAtMs, 'entry'),
        at('closes', own.closedAtMs, 'stop'),
        at('foreign', elsewhere.openedAtMs, 'entry'),
      ],
    });
    await orders.planIntents([intent('opens', { runId: 'run-a' }), intent('closes', { runId: 'run-b' })]);
    const { items } = await orders.listTrades({ limit: 5, deskIds: ['desk-1'] });
    expect(
      items.map(({ tradeId, openedByRunId, closedByRunId }) => [tradeId, openedByRunId, closedByRunId]),
    ).toEqual([
      ['own', 'run-a', 'run-b'],
      ['elsewhere', null, null],
    ]);
  });

  it('are narrowed by symbol, side and what ended them, page by page', async () => {
    const orders = await saved({
      trades: [
        trade('a', { closedAtMs: NOW_MS + 1, exitReason: 'stop' }),
        trade('b', { closedAtMs: NOW_MS + 2, side: 'short' }),
        trade('c', { closedAtMs: NOW_MS + 3, symbol: 'ETH/USDT:USDT', exitReason: 'stop' }),
        trade('d', { closedAtMs: NOW_MS + 4, exitReason: 'stop' }),
      ],
    });
    const ids = async (filter: Parameters<typeof orders.listTrades>[0]) =>
      (await orders.listTrades(filter)).items.map(({ tradeId }) => tradeId);
    expect(await ids({ limit: 5, symbol: 'ETH/USDT:USDT' })).toEqual(['c']);
    expect(await ids({ limit: 5, side: 'short' })).toEqual(['b']);
    const asked = { limit: 1, exitReason: 'stop', symbol: trade().symbol } as const;
    const first = await orders.listTrades(asked);
    expect(first.items.map(({ tradeId }) => tradeId)).toEqual(['d']);
    expect(await ids({ ...asked, cursor: first.nextCursor })).toEqual(['a']);
  });
});

describe('orders', () => {
  it('are listed without those that are over, when only the open ones are asked for', async () => {
    const orders = await saved({
      positions: [position()],
      orders: [order('stands'), order('over', { status: 'filled' }), order('gone', { status: 'cancelled' })],
    });
    const { items } = await orders.listOrders({ limit: 5, open: true });
    expect(items).toMatchObject([{ clientOrderId: 'stands', positionId: 'position-1' }]);
    expect((await orders.listOrders({ limit: 5 })).items).toHaveLength(3);
  });
});
