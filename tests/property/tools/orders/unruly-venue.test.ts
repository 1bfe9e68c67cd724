import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BrokerFaultRule } from '#tests/support/memory-broker-faults.ts';
import {
  BTC,
  closing,
  ETH,
  opening,
  openMemoryOrders,
  SOL,
  unsoundness,
} from '#tests/support/memory-orders.ts';
import { placeOrders } from '#tools/orders/place-orders.ts';
import { reconcile } from '#tools/orders/reconcile.ts';

const SETTLES_WITHIN_MS = 5_000;

const purpose = fc.constantFrom('entry', 'exit', 'stop', 'target', undefined);
const timing = { times: fc.integer({ min: 1, max: 4 }), after: fc.integer({ min: 0, max: 3 }) };
const refusal = fc.record({
  on: fc.constant('submit' as const),
  fault: fc.constantFrom('lost_before', 'lost_after', 'delayed', 'rejected', 'duplicate', 'unavailable'),
  purpose,
  ...timing,
});
const silence = fc.record({
  on: fc.constantFrom('findOrder', 'positions', 'openOrders', 'account', 'activityAfter', 'cancel'),
  fault: fc.constant('unavailable' as const),
  ...timing,
});
const faults = fc.array(fc.oneof(refusal, silence) as fc.Arbitrary<BrokerFaultRule>, {
  minLength: 1,
  maxLength: 6,
});
/** Closes of one minute each; a stop lies 3 away, a target 8. */
const closes = fc.array(
  fc.record({ [BTC]: fc.integer({ min: 94, max: 110 }), [SOL]: fc.integer({ min: 94, max: 110 }) }),
  { maxLength: 4 },
);

type Orders = ReturnType<typeof openMemoryOrders>;

async function quietly(work: Promise<unknown>): Promise<void> {
  await work.catch((thrown) => expect(thrown).toMatchObject({ name: 'AppError' }));
}

async function move(orders: Orders, to: Readonly<Record<string, number>>): Promise<void> {
  const bars = Object.entries(to).map(([symbol, close]) => [
    symbol,
    [close, close + 0.5, close - 0.5, close] as const,
  ]);
  await orders.minute(Object.fromEntries(bars));
}

async function settle(orders: Orders) {
  orders.heal();
  await orders.deliver();
  orders.paper.market.wait(SETTLES_WITHIN_MS);
  return reconcile(orders.parts);
}

describe('a desk on an unruly venue', { timeout: 60_000 }, () => {
  it('is sound and knows all outcomes one pass after the venue behaves again, and the pass after does nothing', async () => {
    await fc.assert(
      fc.asyncProperty(faults, closes, fc.constantFrom(20, 1_000), async (rules, prices, volumeBase) => {
        const orders = openMemoryOrders({ volumeBase, sendSettlesWithinMs: SETTLES_WITHIN_MS });
        await placeOrders(orders.plan('run-0', [opening(SOL)]), orders.parts);
        const held = await orders.position(SOL);
        for (const rule of rules) orders.fail(rule);
        const plan = orders.plan('run-1', [
          opening(BTC),
          opening(ETH, { side: 'short' }),
          ...(held === undefined ? [] : [closing(held)]),
        ]);
        await quietly(placeOrders(plan, orders.parts));
        for (const price of prices) {
          await move(orders, price);
          await quietly(reconcile(orders.parts));
        }
        await quietly(placeOrders(plan, orders.parts));

        const view = await settle(orders);
        expect(view.unknownOutcomes).toBe(0);
        expect(await unsoundness(orders.venue)).toEqual([]);
        const sent = orders.submitted.length;
        const again = await reconcile(orders.parts);
        expect(again.custody).toEqual([]);
        expect(orders.submitted.length).toBe(sent);
        const entries = orders.submitted.filter((order) => order.purpose === 'entry');
        expect(entries.map(({ symbol }) => symbol).sort()).toEqual(
          [...new Set(entries.map(({ symbol }) => symbol))].sort(),
        );
      }),
      { numRuns: 100 },
    );
  });
});
