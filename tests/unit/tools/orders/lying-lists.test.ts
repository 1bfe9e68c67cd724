import { beforeEach, describe, expect, it } from 'vitest';
import {
  BTC,
  ETH,
  type MemoryOrders,
  opening,
  openMemoryOrders,
  unsoundness,
} from '#tests/support/memory-orders.ts';
import { stopAt } from '#tests/unit/exchanges/paper/paper-desk.ts';
import { placeOrders } from '#tools/orders/place-orders.ts';
import { reconcile } from '#tools/orders/reconcile.ts';

let orders: MemoryOrders;

beforeEach(async () => {
  orders = openMemoryOrders();
  await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
});

const standing = async () => (await orders.working(BTC)).map(({ clientOrderId }) => clientOrderId).sort();

describe('a list that leaves out what there is', () => {
  it('of positions takes no protection away', async () => {
    const before = await standing();
    orders.fail({ on: 'positions', fault: 'empty', times: 1 });
    const view = await reconcile(orders.parts);
    expect(view.positions).toHaveLength(1);
    expect(view.custody).toEqual([]);
    expect(await standing()).toEqual(before);
  });

  it('of open orders makes no second stop', async () => {
    const before = await standing();
    orders.fail({ on: 'openOrders', fault: 'empty', times: 1 });
    expect((await reconcile(orders.parts)).custody).toEqual([]);
    expect(await standing()).toEqual(before);
  });

  it('of open orders, told twice, leaves one stop in the end', async () => {
    orders.fail({ on: 'openOrders', fault: 'empty', times: 2 });
    await reconcile(orders.parts);
    await reconcile(orders.parts);
    expect(await unsoundness(orders.venue)).toEqual([]);
  });

  it('keeps the stop a person placed for a position of their own before it was read', async () => {
    const [position] = await orders.venue.positions();
    await orders.desk.close({ symbol: BTC, side: null }, 'to begin anew');
    await orders.byHand({ symbol: BTC, quantityBase: position?.quantityBase ?? '5' });
    await orders.byHand({ ...stopAt('90'), symbol: BTC, quantityBase: '5' });
    // Its symbol was not among those whose orders are read.
    orders.fail({ on: 'openOrders', fault: 'empty', times: 1 });
    await reconcile(orders.parts);
    expect((await orders.working(BTC)).map(({ triggerPriceQuote }) => triggerPriceQuote)).toEqual(['90']);
  });
});

it('opens nothing while the venue holds what nobody can read, and keeps what can be', async () => {
  const [position] = await orders.venue.positions();
  const unreadable = () => [{ symbol: 'NEWUSDT', what: 'a long position of 3 contracts' }];
  const parts = { ...orders.parts, broker: { ...orders.parts.broker, unreadable } };
  const report = await placeOrders(orders.plan('run-2', [opening(ETH)]), parts);
  expect(report.verdicts).toMatchObject([{ outcome: 'denied' }]);
  expect(JSON.stringify(report.verdicts)).toContain('outcome_unknown');
  const view = await reconcile(parts);
  expect(view).toMatchObject({ unknownOutcomes: 1, positions: [{ positionId: position?.positionId }] });
  expect(view.custody).toEqual([
    { action: 'failed', symbol: 'NEWUSDT', detail: expect.stringContaining('nothing is opened') },
  ]);
});
