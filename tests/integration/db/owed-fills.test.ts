import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createOrderRepository } from '#db/repositories/orders.ts';
import type { Fill, Order } from '#domain/order.ts';
import { account, BTC, fill, NOW_MS, order } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const ETH = 'ETH/USDT:USDT';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

async function owedOf(orders: readonly Order[], fills: readonly Fill[], sinceMs = NOW_MS - 1) {
  const store = createOrderRepository(test.database);
  const books = { atMs: NOW_MS, account: account(), positions: [], orders, fills, fundings: [], trades: [] };
  await store.saveBooks('desk-1', { ...books, cursor: null });
  await store.saveBooks('desk-2', {
    ...{ ...books, fills: [] },
    orders: [order('theirs', { symbol: 'SOL/USDT:USDT', filledBase: '9' })],
    cursor: null,
  });
  return store.owedFills('desk-1', sinceMs);
}

const filled = (id: string, filledBase: string, change: Partial<Order> = {}) =>
  order(id, {
    status: 'filled',
    venueOrderId: `v-${id}`,
    filledBase,
    createdAtMs: NOW_MS - 5_000,
    ...change,
  });
const of = (id: string, quantityBase: string, change: Partial<Fill> = {}) =>
  fill(`${id}-${quantityBase}`, { clientOrderId: id, quantityBase, ...change });

it('owes nothing where the fills add up, however they are written', async () => {
  const orders = [filled('a', '0.30'), filled('b', '2'), filled('c', '0', { status: 'cancelled' })];
  expect(await owedOf(orders, [of('a', '0.1'), of('a', '0.2'), of('b', '2.000')])).toEqual([]);
});

it('owes what an order has filled since it was made, the oldest of each symbol', async () => {
  const orders = [
    filled('a', '0.3', { createdAtMs: NOW_MS - 70_000 }),
    filled('b', '1', { status: 'partially_filled' }),
    filled('c', '1', { symbol: ETH, status: 'cancelled' }),
  ];
  const owed = await owedOf(orders, [of('a', '0.1')]);
  expect(owed.toSorted((left, right) => left.sinceMs - right.sinceMs)).toEqual([
    { symbol: BTC, sinceMs: NOW_MS - 70_000 },
    { symbol: ETH, sinceMs: NOW_MS - 5_000 },
  ]);
});

it("counts a fill that is kept under the venue's own id of an order it had forgotten", async () => {
  const orders = [filled('a', '0.3'), filled('venue-7', '1', { venueOrderId: '7' })];
  expect(await owedOf(orders, [of('venue-v-a', '0.3'), of('venue-7', '1')])).toEqual([]);
});

it('lets go of what nothing was heard of since', async () => {
  expect(await owedOf([filled('a', '0.3', { updatedAtMs: NOW_MS - 10 })], [], NOW_MS - 9)).toEqual([]);
});
