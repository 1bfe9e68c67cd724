import { describe, expect, it, vi } from 'vitest';
import type { IntentStatus, OrderIntent } from '#domain/intent.ts';
import type { OrderRequest } from '#domain/order.ts';
import { BTC, ETH, opening, openMemoryOrders, unsoundness } from '#tests/support/memory-orders.ts';
import { requestOf, stopAt, targetAt } from '#tests/unit/exchanges/paper/paper-desk.ts';
import { placeOrders } from '#tools/orders/place-orders.ts';
import { reconcile } from '#tools/orders/reconcile.ts';

type Orders = ReturnType<typeof openMemoryOrders>;

/** Writes an intent of a run that died, as it stood when it did. */
async function leftBehind(
  orders: Orders,
  status: IntentStatus,
  request: Partial<OrderRequest>,
): Promise<OrderIntent> {
  const nowMs = orders.parts.clock.nowMs();
  const full = requestOf({
    clientOrderId: `left-${request.purpose ?? 'entry'}`,
    quantityBase: '2',
    ...request,
  });
  const intent: OrderIntent = {
    ...{ intentId: full.clientOrderId, runId: 'run-dead', deskId: 'desk', proposalId: 'BTC-open-long' },
    ...{ status, request: full, reason: null, createdAtMs: nowMs, updatedAtMs: nowMs },
  };
  await orders.parts.store.planIntents([intent]);
  return intent;
}

const statusOf = (orders: Orders, intentId: string) => orders.books.intents.get(intentId)?.status;
const stopsOf = async (orders: Orders) =>
  (await orders.working(BTC)).map(({ purpose, triggerPriceQuote }) => `${purpose} ${triggerPriceQuote}`);

describe('reconciling with the venue', () => {
  it.each(['openOrders', 'positions', 'activityAfter', 'account'] as const)(
    'fails, and never says flat, when %s cannot be read',
    async (on) => {
      const orders = openMemoryOrders();
      await orders.byHand({ quantityBase: '2' });
      orders.fail({ on, fault: 'unavailable' });
      await expect(reconcile(orders.parts)).rejects.toMatchObject({ code: 'venue_unavailable' });
      expect(orders.books.books()).toBeNull();
    },
  );

  it('shows an entry whose fill it found by look-up among the positions, not as free room for another', async () => {
    const orders = openMemoryOrders({ sendSettlesWithinMs: 5_000 });
    orders.fail({ on: 'submit', purpose: 'entry', fault: 'delayed' });
    await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
    const { positions } = orders.parts.broker;
    let reads = 0;
    // The order reaches the venue in the moment after its positions were read.
    orders.parts.broker.positions = async () => {
      const read = await positions();
      reads += 1;
      if (reads === 1) await orders.deliver();
      return read;
    };
    const view = await reconcile(orders.parts);
    expect(view.unknownOutcomes).toBe(0);
    expect(view.positions.map(({ symbol }) => symbol)).toEqual([BTC]);
    expect(await unsoundness(orders.venue)).toEqual([]);
  });

  it('tells the account as it is after lists that had to be read twice', async () => {
    const orders = openMemoryOrders();
    const { positions, openOrders } = orders.parts.broker;
    let opened: Promise<unknown> | null = null;
    // A person opens and protects a position in the moment after the positions were read.
    orders.parts.broker.positions = async () => {
      const read = await positions();
      opened ??= orders
        .byHand({ quantityBase: '2' })
        .then(() => orders.byHand({ ...stopAt('97'), quantityBase: '2' }));
      return read;
    };
    orders.parts.broker.openOrders = async () => {
      await vi.waitUntil(() => opened);
      await opened;
      return openOrders();
    };
    const view = await reconcile(orders.parts);
    expect(view.custody).toEqual([]);
    expect(view.account).toEqual(await orders.venue.account());
    expect(view.account.marginUsedQuote).not.toBe('0');
  });

  it('tells the account as it is after custody has closed what it could not protect', async () => {
    const orders = openMemoryOrders();
    await orders.byHand({ quantityBase: '2' });
    orders.fail({ on: 'submit', purpose: 'stop', fault: 'rejected' });
    const view = await reconcile(orders.parts);
    expect(view.custody.map(({ action }) => action)).toContain('closed');
    expect(view.account).toEqual(await orders.venue.account());
    expect(view.account.marginUsedQuote).toBe('0');
  });

  it('counts what nobody could settle', async () => {
    const orders = openMemoryOrders();
    await leftBehind(orders, 'sent', {});
    orders.fail({ on: 'findOrder', fault: 'unavailable' });
    expect((await reconcile(orders.parts)).unknownOutcomes).toBe(1);
    orders.heal();
    expect((await reconcile(orders.parts)).unknownOutcomes).toBe(0);
    expect(statusOf(orders, 'left-entry')).toBe('settled');
  });

  it('does not let a stop that was sent into nothing block the desk while another protects', async () => {
    const orders = openMemoryOrders({ sendSettlesWithinMs: 5_000 });
    await leftBehind(orders, 'sent', stopAt('95'));
    await orders.byHand({ quantityBase: '2' });
    await orders.byHand({ ...stopAt('97'), quantityBase: '2' });
    expect((await reconcile(orders.parts)).unknownOutcomes).toBe(1);
    orders.paper.market.wait(5_000);
    expect((await reconcile(orders.parts)).unknownOutcomes).toBe(0);
    expect(statusOf(orders, 'left-stop')).toBe('settled');
    expect(await stopsOf(orders)).toEqual(['stop 97']);
  });
});

describe('plans that a dead run left behind', () => {
  it('wait for their run for ten minutes, then entry and protection are dropped', async () => {
    const orders = openMemoryOrders();
    await leftBehind(orders, 'planned', {});
    await leftBehind(orders, 'planned', stopAt('95'));
    await leftBehind(orders, 'planned', targetAt('110'));
    for (let minute = 0; minute < 10; minute++) await orders.minute({});
    await reconcile(orders.parts);
    expect([...orders.books.intents.values()].map(({ status }) => status)).toEqual(Array(3).fill('planned'));
    await orders.minute({});
    await reconcile(orders.parts);
    expect([...orders.books.intents.values()].map(({ status, reason }) => `${status}: ${reason}`)).toEqual([
      'cancelled: its run did not come back in time',
      'cancelled: its position is gone',
      'cancelled: its position is gone',
    ]);
    expect(orders.submitted).toEqual([]);
  });

  it.each(['rejected', 'settled', 'cancelled'] as const)(
    'are dropped at once when their entry has ended %s',
    async (status) => {
      const orders = openMemoryOrders();
      await leftBehind(orders, status, {});
      await leftBehind(orders, 'planned', stopAt('95'));
      await reconcile(orders.parts);
      expect(statusOf(orders, 'left-stop')).toBe('cancelled');
    },
  );

  it.each(['planned', 'rejected', 'settled'] as const)(
    'never protect a later position of the same symbol when their entry ended %s',
    async (status) => {
      const orders = openMemoryOrders();
      await leftBehind(orders, status, {});
      await leftBehind(orders, 'planned', stopAt('91'));
      await leftBehind(orders, 'planned', targetAt('110'));
      await orders.byHand({ quantityBase: '2' });
      await reconcile(orders.parts);
      expect(await stopsOf(orders)).toEqual(['stop 98']);
    },
  );

  it('never protect a later position when their own was opened and closed before it', async () => {
    const orders = openMemoryOrders();
    await leftBehind(orders, 'filled', {});
    await leftBehind(orders, 'planned', stopAt('91'));
    await orders.minute({});
    await orders.byHand({ quantityBase: '2' });
    await reconcile(orders.parts);
    expect(await stopsOf(orders)).toEqual(['stop 98']);
  });

  it('protect the position that their own entry has opened', async () => {
    const orders = openMemoryOrders();
    await leftBehind(orders, 'sent', {});
    await leftBehind(orders, 'planned', stopAt('91'));
    await leftBehind(orders, 'planned', targetAt('110'));
    await orders.byHand({ clientOrderId: 'left-entry', quantityBase: '2' });
    await reconcile(orders.parts);
    expect(await stopsOf(orders)).toEqual(['stop 91', 'target 110']);
    expect([...orders.books.intents.values()].map(({ status }) => status)).toEqual([
      'filled',
      'acknowledged',
      'acknowledged',
    ]);
  });

  it('do not come back as custody’s own from an earlier position of the symbol', async () => {
    const orders = openMemoryOrders();
    await orders.byHand({ quantityBase: '2' });
    await reconcile(orders.parts);
    await orders.byHand({ side: 'sell', purpose: 'exit', quantityBase: '2', reduceOnly: true });
    await reconcile(orders.parts);
    await orders.minute({ [BTC]: [100, 120, 100, 120] });
    await orders.byHand({ quantityBase: '2' });
    await reconcile(orders.parts);
    expect(await stopsOf(orders)).toEqual(['stop 117.6']);
  });
});

describe('the books after reconciling', () => {
  it('hold a closed trade with its leverage, whoever reduced it', async () => {
    const orders = openMemoryOrders();
    await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
    await orders.minute({ [BTC]: [100, 100, 96, 96] });
    await reconcile(orders.parts);
    expect([...orders.books.trades.values()]).toMatchObject([
      { symbol: BTC, side: 'long', quantityBase: '5', exitPriceQuote: '97', exitReason: 'stop', leverage: 5 },
    ]);
  });

  it('keep the leverage of an earlier trade when a later one of the symbol had another', async () => {
    const orders = openMemoryOrders();
    const flat = { side: 'sell', purpose: 'exit', quantityBase: '2', reduceOnly: true } as const;
    for (const leverage of [5, 2]) {
      await orders.byHand({ quantityBase: '2', leverage });
      await orders.byHand({ ...flat, leverage });
      await reconcile(orders.parts);
      await orders.minute({});
    }
    expect([...orders.books.trades.values()].map(({ leverage }) => leverage)).toEqual([5, 2]);
  });

  it('give a payment that the venue told late to its closed trade', async () => {
    const orders = openMemoryOrders();
    await orders.byHand({ quantityBase: '2' });
    await orders.minute({});
    const paidAtMs = orders.parts.clock.nowMs();
    await orders.minute({});
    await orders.byHand({ side: 'sell', purpose: 'exit', quantityBase: '2', reduceOnly: true });
    await reconcile(orders.parts);
    expect([...orders.books.trades.values()].map(({ fundingQuote }) => fundingQuote)).toEqual(['0']);
    const { activityAfter } = orders.parts.broker;
    const late = {
      paymentId: 'late',
      symbol: BTC,
      amountQuote: '0.25',
      rateFraction: 0,
      notionalQuote: '200',
    };
    orders.parts.broker.activityAfter = async (cursor) => ({
      ...(await activityAfter(cursor)),
      fundings: [{ ...late, atMs: paidAtMs }],
    });
    for (let pass = 0; pass < 2; pass++) await reconcile(orders.parts);
    expect([...orders.books.trades.values()].map(({ fundingQuote }) => fundingQuote)).toEqual(['0.25']);
  });

  it('change nothing when the same activity is read again', async () => {
    const orders = openMemoryOrders();
    await orders.byHand({ quantityBase: '2' });
    await orders.byHand({ side: 'sell', purpose: 'exit', quantityBase: '2', reduceOnly: true });
    await reconcile(orders.parts);
    const before = { fills: [...orders.books.fills], trades: [...orders.books.trades.values()] };
    orders.parts.store.activityCursor = async () => null;
    await reconcile(orders.parts);
    expect(orders.books.fills).toEqual(before.fills);
    expect([...orders.books.trades.values()]).toEqual(before.trades);
  });

  it('hold a trade even when the venue has forgotten the orders that made it', async () => {
    const orders = openMemoryOrders();
    await orders.byHand({ symbol: ETH, quantityBase: '2' });
    await orders.byHand({ symbol: ETH, side: 'sell', purpose: 'exit', quantityBase: '2', reduceOnly: true });
    orders.parts.broker.findOrder = async () => null;
    await reconcile(orders.parts);
    expect([...orders.books.trades.values()]).toMatchObject([{ symbol: ETH, leverage: 1 }]);
  });
});

describe('an order of a person', () => {
  it('that stood and is gone is told as what became of it', async () => {
    const orders = openMemoryOrders();
    const hand = { symbol: BTC, type: 'limit', priceQuote: '90', quantityBase: '1' } as const;
    const [first, second] = [await orders.byHand(hand), await orders.byHand(hand)];
    await reconcile(orders.parts);
    expect(orders.books.orders.get(first.clientOrderId)?.status).toBe('pending');
    await orders.venue.cancel(BTC, first.clientOrderId);
    await reconcile(orders.parts);
    expect(orders.books.orders.get(first.clientOrderId)?.status).toBe('cancelled');
    expect(orders.books.orders.get(second.clientOrderId)?.status).toBe('pending');
  });

  it('that nobody can look up keeps no books from being stored', async () => {
    const orders = openMemoryOrders();
    const hand = await orders.byHand({ symbol: BTC, type: 'limit', priceQuote: '90', quantityBase: '1' });
    await reconcile(orders.parts);
    await orders.venue.cancel(BTC, hand.clientOrderId);
    orders.fail({ on: 'findOrder', fault: 'unavailable', symbol: BTC });
    await reconcile(orders.parts);
    orders.heal();
    await reconcile(orders.parts);
    expect(orders.books.orders.get(hand.clientOrderId)?.status).toBe('cancelled');
  });
});
