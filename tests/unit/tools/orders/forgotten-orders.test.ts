import { describe, expect, it } from 'vitest';
import {
  BTC,
  type MemoryOrders,
  opening,
  openMemoryOrders,
  unsoundness,
} from '#tests/support/memory-orders.ts';
import { placeOrders } from '#tools/orders/place-orders.ts';
import { type ReconcileParts, reconcile } from '#tools/orders/reconcile.ts';

const SETTLES_WITHIN_MS = 5_000;

/** A position whose stop is gone from the venue, which does not know it any more; asked are the ids it was asked for. */
async function forgetting(purpose: 'stop' | 'target') {
  const orders = openMemoryOrders({ sendSettlesWithinMs: SETTLES_WITHIN_MS });
  await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
  const gone = (await orders.working(BTC)).find((order) => order.purpose === purpose);
  if (gone === undefined) throw new Error(`there is no ${purpose}`);
  await orders.venue.cancel(BTC, gone.clientOrderId);
  const asked: string[] = [];
  const { broker } = orders.parts;
  const parts: ReconcileParts = {
    ...orders.parts,
    broker: {
      ...broker,
      async findOrder(symbol, clientOrderId) {
        asked.push(clientOrderId);
        return clientOrderId === gone.clientOrderId ? null : broker.findOrder(symbol, clientOrderId);
      },
    },
  };
  return { orders, parts, id: gone.clientOrderId, asked };
}

const statusOf = (orders: MemoryOrders, id: string) => orders.books.intents.get(id)?.status;

describe('an order that stood and that the venue has forgotten', () => {
  it.each(['stop', 'target'] as const)(
    'is a %s that is given up after a while, and asked for no more',
    async (purpose) => {
      const { orders, parts, id, asked } = await forgetting(purpose);
      await reconcile(parts);
      expect(statusOf(orders, id)).toBe('acknowledged');
      orders.paper.market.wait(SETTLES_WITHIN_MS);
      await reconcile(parts);
      expect(orders.books.intents.get(id)).toMatchObject({
        status: 'cancelled',
        reason: 'the venue does not know it any more',
      });
      asked.splice(0);
      await reconcile(parts);
      expect(asked).not.toContain(id);
      expect(await unsoundness(orders.venue)).toEqual([]);
    },
  );

  it('keeps no other stop from being tried, nor its position from being closed in time', async () => {
    const { orders, parts, id } = await forgetting('stop');
    orders.paper.market.wait(SETTLES_WITHIN_MS);
    orders.fail({ on: 'submit', purpose: 'stop', fault: 'rejected' });
    await reconcile(parts);
    expect(statusOf(orders, id)).toBe('cancelled');
    expect(await orders.position(BTC)).toBeUndefined();
  });
});
