import { afterEach, beforeEach, expect, it } from 'vitest';
import type { OrderRequest } from '#domain/order.ts';
import { sealApproval } from '#domain/seal-approval.ts';
import type { CcxtBroker } from '#exchanges/ccxt/ccxt-broker.ts';
import { startVenue, type TestVenue } from '#tests/support/venue/start-venue.ts';
import { openVenueDesk } from '#tests/support/venue/venue-desk.ts';
import { createMemoryOrderStore } from '#tools/orders/memory-order-store.ts';
import type { OrderDesk } from '#tools/orders/order-desk.ts';

/** The venue's MARKET_LOT_SIZE for BTCUSDT is 120. */
const SYMBOL = 'BTC/USDT:USDT';

let venue: TestVenue;
let broker: CcxtBroker;
let desk: OrderDesk;

beforeEach(async () => {
  venue = await startVenue({ walletBalance: '20000000' });
  await venue.setPrice('BTCUSDT', 50_000);
  ({ broker, desk } = await openVenueDesk(venue, {
    symbols: [SYMBOL],
    store: createMemoryOrderStore().store,
    fromMs: Date.now() - 1_000,
  }));
  for (const clientOrderId of ['first', 'second', 'third']) await buy(clientOrderId);
});
afterEach(async () => {
  await broker.close();
  await venue.close();
});

function buy(clientOrderId: string, over: Partial<OrderRequest> = {}) {
  return broker.submit(
    sealApproval({
      ...{ clientOrderId, symbol: SYMBOL, side: 'buy', type: 'market', purpose: 'entry' },
      ...{ quantityBase: '100', priceQuote: null, triggerPriceQuote: null, reduceOnly: false },
      ...{ timeInForce: 'gtc', leverage: 3, ...over },
    }),
  );
}

const stops = () =>
  venue.algoOrders.filter(({ status }) => status === 'NEW').map(({ quantity }) => quantity.toFixed());

it('refuses on this venue what is larger than its largest market order', async () => {
  await expect(buy('whole', { quantityBase: '120.001' })).rejects.toMatchObject({ code: 'order_rejected' });
});

it('covers a position of more than the largest market order, follows the price, and is stopped out whole', async () => {
  await desk.reconcile();
  expect(stops()).toEqual(['100', '100', '100']);
  const nakedMs = venue.nakedMs('BTCUSDT');
  await venue.setPrice('BTCUSDT', 51_600);
  await desk.reconcile();
  expect(stops()).toEqual(['100', '100', '100']);
  expect(venue.nakedMs('BTCUSDT')).toBe(nakedMs);
  await venue.setPrice('BTCUSDT', 50_000);
  await desk.reconcile();
  expect(venue.positions).toEqual([]);
  expect(stops()).toEqual([]);
});

it('closes such a position at market to the last step when no stop is taken', async () => {
  venue.faults.add({
    method: 'POST',
    path: '/algoOrder',
    effect: { kind: 'refused', code: -2021, message: 'Order would immediately trigger.' },
    times: null,
  });
  await desk.reconcile();
  expect(venue.positions).toEqual([]);
  expect(venue.fills.map(({ side, quantity }) => `${side} ${quantity}`).slice(3)).toEqual([
    'SELL 100',
    'SELL 100',
    'SELL 100',
  ]);
});
