import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '#db/client.ts';
import { createOrderRepository } from '#db/repositories/orders.ts';
import { account, NOW_MS, order, position } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase({ maxConnections: 1 });
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

describe('saving a view', () => {
  it('changes nothing when one of them fails, and leaves the connection fit for the next view', async () => {
    const orders = createOrderRepository(test.database);
    const first = booksWith([position()], 'cursor-1');
    await orders.saveBooks('desk-1', first);
    const twice = booksWith([position(), position()], 'cursor-2');
    await expect(orders.saveBooks('desk-1', twice)).rejects.toThrow();
    expect(await orders.activityCursor('desk-1')).toBe('cursor-1');
    expect(await orders.positions(['desk-1'])).toHaveLength(1);
    await orders.saveBooks('desk-1', booksWith([], 'cursor-3'));
    expect(await orders.activityCursor('desk-1')).toBe('cursor-3');
    expect(await orders.positions(['desk-1'])).toEqual([]);
  });

  it('forgets the position of a view that was being stored when this one came', async () => {
    const orders = createOrderRepository(test.database);
    await orders.saveBooks('desk-1', booksWith([], 'cursor-1'));
    await orders.saveBooks('desk-2', booksWith([position()], 'cursor-1'));
    const other = await openDatabase({ url: test.url, maxConnections: 2 });
    const { saving } = await other.sql.begin(async (storing) => {
      await storing`update accounts set activity_cursor = 'cursor-2' where desk_id = 'desk-1'`;
      await storing`update positions set desk_id = 'desk-1'`;
      const saving = orders.saveBooks('desk-1', booksWith([], 'cursor-3'));
      const waits = async () =>
        (
          await other.sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
        ).length;
      await expect.poll(waits).toBe(1);
      return { saving };
    });
    await saving;
    await other.close();
    expect(await orders.positions(['desk-1'])).toEqual([]);
    expect(await orders.activityCursor('desk-1')).toBe('cursor-3');
  });

  it('takes a trailing stop, which has fields of its own', async () => {
    const orders = createOrderRepository(test.database);
    const trail = { callbackFraction: 0.01, activationPriceQuote: null };
    const trailing = order('trailing', { type: 'trailing_stop', purpose: 'exit', status: 'pending', trail });
    await orders.saveBooks('desk-1', { ...booksWith([], 'cursor-1'), orders: [trailing] });
    expect(await orders.standingOrders('desk-1')).toMatchObject([{ type: 'trailing_stop', purpose: 'exit' }]);
  });
});

function booksWith(positions: ReturnType<typeof position>[], cursor: string) {
  const nothing = { orders: [], fills: [], fundings: [], trades: [] };
  return { atMs: NOW_MS, account: account(), positions, cursor, ...nothing };
}
