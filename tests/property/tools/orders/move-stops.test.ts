import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '#domain/errors.ts';
import { breakAt, type FaultPoint } from '#tests/support/memory-fault-points.ts';
import {
  BTC,
  type MemoryOrders,
  opening,
  openMemoryOrders,
  unsoundness,
} from '#tests/support/memory-orders.ts';
import { placeOrders } from '#tools/orders/place-orders.ts';
import { reconcile } from '#tools/orders/reconcile.ts';

const sides = fc.constantFrom('long' as const, 'short' as const);
/** How far beyond the entry the price stands at each pass; the first stop lies 3 on the other side. */
const gains = fc.array(fc.integer({ min: -29, max: 200 }), { minLength: 1, maxLength: 8 });

async function holding(side: 'long' | 'short'): Promise<MemoryOrders> {
  const orders = openMemoryOrders();
  const targetPriceQuote = side === 'long' ? '130' : '70';
  await placeOrders(orders.plan('run-0', [opening(BTC, { side, targetPriceQuote })]), orders.parts);
  orders.submitted.splice(0);
  return orders;
}

async function goTo(orders: MemoryOrders, side: 'long' | 'short', ticks: number): Promise<void> {
  const price = (1_000 + (side === 'long' ? ticks : -ticks)) / 10;
  await orders.minute({ [BTC]: [price, price, price, price] });
}

async function stopOf(orders: MemoryOrders): Promise<number | null> {
  const stops = (await orders.working(BTC)).filter(({ purpose }) => purpose === 'stop');
  return stops[0] === undefined ? null : Number(stops[0].triggerPriceQuote);
}

describe('a desk whose guard moves stops', () => {
  it('never loosens one, and leaves one stop of the right size, over any path of prices', async () => {
    await fc.assert(
      fc.asyncProperty(sides, gains, async (side, path) => {
        const orders = await holding(side);
        let standing = await stopOf(orders);
        for (const ticks of path) {
          await goTo(orders, side, ticks);
          await reconcile(orders.parts);
          expect(await unsoundness(orders.venue)).toEqual([]);
          const now = await stopOf(orders);
          if (now === null || standing === null) break;
          expect(side === 'long' ? now >= standing : now <= standing).toBe(true);
          standing = now;
        }
      }),
    );
  });

  it('moves it to the same place however often it looks on the way', async () => {
    await fc.assert(
      fc.asyncProperty(sides, gains, fc.integer({ min: 1, max: 3 }), async (side, path, looks) => {
        const [once, often] = [await holding(side), await holding(side)];
        for (const ticks of path) {
          await goTo(once, side, ticks);
          await reconcile(once.parts);
          await goTo(often, side, ticks);
          for (let look = 0; look <= looks; look++) await reconcile({ ...often.parts });
        }
        expect(await stopOf(often)).toBe(await stopOf(once));
        expect(often.submitted).toEqual(once.submitted);
      }),
      { numRuns: 50 },
    );
  });
});

const codeOfBroker = (method: string): ErrorCode =>
  method === 'submit' ? 'order_outcome_unknown' : 'venue_unavailable';

/** One pass that has a stop to move, broken at a point; then one that settles what it left, and one more. */
async function movedThrough(point: FaultPoint | null) {
  const orders = await holding('long');
  await goTo(orders, 'long', 45);
  const counter = { calls: 0 };
  const broker = breakAt(orders.parts.broker, point, counter, codeOfBroker);
  const store = breakAt(orders.parts.store, point, counter, () => 'database_unavailable');
  const broken = reconcile({ ...orders.parts, broker, store, clock: broker });
  if (point === null) await broken;
  else await broken.catch((thrown) => expect(thrown).toMatchObject({ name: 'AppError' }));
  for (let pass = 0; pass < 2; pass++) await reconcile(orders.parts);
  return { ...orders, calls: counter.calls };
}

describe('a process that dies while it moves a stop', () => {
  it('leaves it moved once, at the latest two passes later, wherever it died and whatever answer was lost', async () => {
    const { calls } = await movedThrough(null);
    expect(calls).toBeGreaterThan(10);
    for (let call = 1; call <= calls; call++) {
      for (const tookEffect of [true, false]) {
        for (const isDeath of [true, false]) {
          const point = { call, tookEffect, isDeath };
          const orders = await movedThrough(point);
          const what = JSON.stringify(point);
          expect(await stopOf(orders), what).toBe(101.5);
          expect(await unsoundness(orders.venue), what).toEqual([]);
          expect((await reconcile(orders.parts)).unknownOutcomes, what).toBe(0);
          const { fills } = await orders.venue.activityAfter(null);
          expect(
            fills.map(({ purpose }) => purpose),
            what,
          ).toEqual(['entry']);
        }
      }
    }
  });
});
