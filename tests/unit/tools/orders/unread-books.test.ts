import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import { BTC, ETH, type MemoryOrders, opening, openMemoryOrders } from '#tests/support/memory-orders.ts';
import { placeOrders } from '#tools/orders/place-orders.ts';
import { reconcile } from '#tools/orders/reconcile.ts';

let orders: MemoryOrders;

beforeEach(async () => {
  orders = openMemoryOrders();
  await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
});

describe.each(['account', 'activityAfter'] as const)('while the venue does not tell its books (%s)', (on) => {
  it('a position is closed when a person asks', async () => {
    orders.fail({ on, fault: 'unavailable' });
    const {
      closed: [closed],
    } = await orders.desk.close({ symbol: BTC, side: null }, 'enough');
    expect(closed?.note.action).toBe('closed');
    expect(await orders.position(BTC)).toBeUndefined();
    expect(await orders.working(BTC)).toEqual([]);
  });

  it('stops are tightened at a trip of the breaker', async () => {
    orders.fail({ on, fault: 'unavailable' });
    const notes = await orders.desk.protect('trip-1');
    expect(notes).toContainEqual(expect.objectContaining({ action: 'placed' }));
    expect((await orders.working(BTC)).filter(({ purpose }) => purpose === 'stop')).toHaveLength(1);
  });

  it('what custody did is told with the failure', async () => {
    await orders.byHand({ symbol: BTC, quantityBase: '3' });
    orders.fail({ on: 'submit', purpose: 'stop', fault: 'rejected' });
    orders.fail({ on, fault: 'unavailable' });
    const failure = await reconcile(orders.parts).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(AppError);
    expect(failure).toMatchObject({
      code: 'venue_unavailable',
      message: expect.stringContaining('closed at market'),
      context: {
        custody: expect.arrayContaining([expect.objectContaining({ action: 'closed', symbol: BTC })]),
      },
    });
  });
});

describe('an entry whose desk cannot store what the venue shows', () => {
  it('is neither planned nor sent', async () => {
    const { store } = orders.parts;
    store.saveBooks = () => Promise.reject(new AppError('database_unavailable', 'no database'));
    const sent = orders.submitted.length;
    await expect(placeOrders(orders.plan('run-2', [opening(ETH)]), orders.parts)).rejects.toMatchObject({
      code: 'database_unavailable',
    });
    expect(orders.submitted).toHaveLength(sent);
    expect(await store.intentsOfRun('run-2')).toEqual([]);
  });

  it('waits until it is stored', async () => {
    const { store } = orders.parts;
    const { saveBooks, planIntents } = store;
    const done: string[] = [];
    store.saveBooks = async (deskId, books) => {
      // Longer than anything in memory takes.
      await new Promise((resolve) => setImmediate(resolve));
      await saveBooks(deskId, books);
      done.push('stored');
    };
    store.planIntents = (intents) => {
      done.push('planned');
      return planIntents(intents);
    };
    await placeOrders(orders.plan('run-2', [opening(ETH)]), orders.parts);
    expect(done.slice(0, 2)).toEqual(['stored', 'planned']);
  });
});
