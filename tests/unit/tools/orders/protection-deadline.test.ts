import { describe, expect, it } from 'vitest';
import type { IntentStatus, OrderIntent } from '#domain/intent.ts';
import { positionOf } from '#tests/support/agent-fixtures.ts';
import {
  BTC,
  type MemoryOrders,
  opening,
  openMemoryOrders,
  unsoundness,
} from '#tests/support/memory-orders.ts';
import { requestOf, stopAt } from '#tests/unit/exchanges/paper/paper-desk.ts';
import { placeOrders } from '#tools/orders/place-orders.ts';
import { isProtectionOverdue } from '#tools/orders/protection-deadline.ts';
import { type ReconcileParts, reconcile } from '#tools/orders/reconcile.ts';

const NOW_MS = 1_000_000;
const POSITION = positionOf(BTC);

function stop(status: IntentStatus, createdAgoMs: number, updatedAgoMs = createdAgoMs): OrderIntent {
  return {
    intentId: `${status} ${createdAgoMs}`,
    runId: 'run-1',
    deskId: 'desk',
    proposalId: null,
    status,
    request: requestOf(stopAt('95')),
    reason: null,
    createdAtMs: NOW_MS - createdAgoMs,
    updatedAtMs: NOW_MS - updatedAgoMs,
  };
}

const isOverdue = (...intents: OrderIntent[]) =>
  isProtectionOverdue(POSITION, intents, { nowMs: NOW_MS, protectWithinMs: 5_000 });

describe('the time to protect a position', () => {
  it.each(['rejected', 'settled', 'unknown', 'cancelled'] as const)(
    'is over 5 s after the first stop that ended %s',
    (status) => {
      expect(isOverdue(stop(status, 4_999))).toBe(false);
      expect(isOverdue(stop(status, 5_000))).toBe(true);
      expect(isOverdue(stop(status, 100), stop(status, 3_000), stop(status, 5_000))).toBe(true);
    },
  );

  it('has not begun where nothing was tried, or was sent into nothing by a process that died', () => {
    expect(isOverdue()).toBe(false);
    expect(isOverdue(stop('planned', 20_000), stop('sent', 20_000))).toBe(false);
  });

  it('begins anew when a stop has stood', () => {
    expect(isOverdue(stop('cancelled', 30_000, 1_000), stop('rejected', 20_000))).toBe(false);
    expect(isOverdue(stop('filled', 6_000, 1_000), stop('rejected', 20_000))).toBe(false);
    expect(isOverdue(stop('rejected', 5_000), stop('cancelled', 30_000, 9_000))).toBe(true);
  });

  it('is not over while the venue says of a stop that it stands', () => {
    expect(isOverdue(stop('acknowledged', 100), stop('rejected', 20_000))).toBe(false);
  });

  it('is not counted from what was tried a minute ago, or for the other side', () => {
    expect(isOverdue(stop('rejected', 60_001))).toBe(false);
    const other = { ...stop('rejected', 20_000), request: requestOf(stopAt('105', { side: 'buy' })) };
    expect(isOverdue(other)).toBe(false);
  });
});

/** A venue that takes a stop and lets it go at once, as some do with what they find too close. */
function forgetful(orders: MemoryOrders): ReconcileParts {
  const { broker } = orders.parts;
  return {
    ...orders.parts,
    broker: {
      ...broker,
      async submit(order) {
        const sent = await broker.submit(order);
        if (order.purpose === 'stop') await orders.venue.cancel(order.symbol, order.clientOrderId);
        return sent;
      },
    },
  };
}

const exits = (orders: MemoryOrders) => orders.submitted.filter(({ purpose }) => purpose === 'exit');

describe('a position that cannot be protected in time', () => {
  it('is closed at market when every stop the venue takes is gone again', async () => {
    const orders = openMemoryOrders();
    const parts = forgetful(orders);
    await placeOrders(orders.plan('run-1', [opening(BTC)]), parts);
    for (let second = 0; second < 4; second++) {
      orders.paper.market.wait(1_000);
      await reconcile(parts);
    }
    expect(await orders.position(BTC)).toBeDefined();
    orders.paper.market.wait(1_000);
    const { custody } = await reconcile(parts);
    expect(custody).toContainEqual(
      expect.objectContaining({
        action: 'closed',
        symbol: BTC,
        detail: '5 closed at market: no stop came to stand within 5000 ms',
      }),
    );
    expect(await orders.position(BTC)).toBeUndefined();
    expect(await orders.venue.openOrders()).toEqual([]);
  });

  it('is closed at market before another stop is tried, once the venue answers again', async () => {
    for (const fault of ['rejected', 'lost_before', 'unavailable'] as const) {
      const orders = openMemoryOrders({ sendSettlesWithinMs: 5_000 });
      orders.fail({ on: 'submit', purpose: 'stop', fault });
      orders.fail({ on: 'submit', purpose: 'exit', fault });
      await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
      expect(await orders.position(BTC)).toBeDefined();
      orders.heal();
      orders.paper.market.wait(5_000);
      orders.submitted.splice(0);
      // Another process, as after a restart: all it knows is what is stored.
      const view = await reconcile({ ...orders.parts });
      expect(orders.submitted.map(({ purpose }) => purpose)).toEqual(['exit']);
      expect(view.positions).toEqual([]);
      expect(await unsoundness(orders.venue)).toEqual([]);
    }
  });

  it('gets its stop all the same when the venue takes one and refuses the exit', async () => {
    const orders = openMemoryOrders();
    orders.fail({ on: 'submit', purpose: 'stop', fault: 'rejected', times: 2 });
    orders.fail({ on: 'submit', purpose: 'exit', fault: 'rejected' });
    await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
    orders.fail({ on: 'submit', purpose: 'stop', fault: 'rejected', times: 2 });
    await reconcile(orders.parts);
    orders.paper.market.wait(5_000);
    await reconcile(orders.parts);
    expect(await unsoundness(orders.venue)).toEqual([]);
  });

  it('that lost a stop which has stood is given another, however often one was refused before', async () => {
    const orders = openMemoryOrders();
    await placeOrders(orders.plan('run-1', [opening(BTC, { targetPriceQuote: '130' })]), orders.parts);
    orders.fail({ on: 'submit', purpose: 'stop', fault: 'rejected' });
    await orders.minute({ [BTC]: [103, 103, 103, 103] });
    await reconcile(orders.parts);
    orders.heal();
    orders.paper.market.wait(20_000);
    const [live] = (await orders.working(BTC)).filter(({ purpose }) => purpose === 'stop');
    await orders.venue.cancel(BTC, live?.clientOrderId ?? '');
    const { custody } = await reconcile(orders.parts);
    expect(custody.map(({ action }) => action)).not.toContain('closed');
    expect(exits(orders)).toEqual([]);
    expect(await unsoundness(orders.venue)).toEqual([]);
  });
});
