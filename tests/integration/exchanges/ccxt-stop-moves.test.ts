import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sealApproval } from '#domain/seal-approval.ts';
import type { CcxtBroker } from '#exchanges/ccxt/ccxt-broker.ts';
import { startVenue, type TestVenue } from '#tests/support/venue/start-venue.ts';
import { connectVenueClient, type VenueClient } from '#tests/support/venue/venue-client.ts';
import { openVenueDesk } from '#tests/support/venue/venue-desk.ts';
import { instrumentOf } from '#tests/unit/exchanges/paper/paper-desk.ts';
import { createMemoryOrderStore } from '#tools/orders/memory-order-store.ts';
import type { OrderDesk } from '#tools/orders/order-desk.ts';

const SYMBOL = 'BTC/USDT:USDT';

let venue: TestVenue;
let broker: CcxtBroker;
let desk: OrderDesk;

beforeEach(async () => {
  venue = await startVenue();
  await venue.setPrice('BTCUSDT', 50_000);
  ({ broker, desk } = await openVenueDesk(venue, {
    symbols: [SYMBOL],
    store: createMemoryOrderStore().store,
    fromMs: Date.now() - 1_000,
    instruments: new Map([[SYMBOL, instrumentOf(SYMBOL)]]),
  }));
});
afterEach(async () => {
  await broker.close();
  await venue.close();
});

/** Bought at 50,000.1. */
function buy() {
  return broker.submit(
    sealApproval({
      ...{ clientOrderId: 'entry', symbol: SYMBOL, side: 'buy', type: 'market', purpose: 'entry' },
      ...{ quantityBase: '0.02', priceQuote: null, triggerPriceQuote: null, reduceOnly: false },
      ...{ timeInForce: 'gtc', leverage: 3 },
    }),
  );
}

async function stopsAt(price: number): Promise<(string | null)[]> {
  await venue.setPrice('BTCUSDT', price);
  await desk.reconcile();
  return (await broker.openOrders()).map(({ triggerPriceQuote }) => triggerPriceQuote);
}

it("moves a stop behind the price on a venue's wire without a moment between the old one and the new", async () => {
  await buy();
  // 2% away is 49,000.1, and R is 1,000.
  expect(await stopsAt(50_000)).toEqual(['49000.1']);
  const nakedMs = venue.nakedMs('BTCUSDT');
  expect(await stopsAt(51_000)).toEqual(['49000.1']);
  // 50,000.1 × 1.0005 / 0.9995 is 50,050.2.
  expect(await stopsAt(51_001)).toEqual(['50050.2']);
  expect(await stopsAt(51_600)).toEqual(['50500.1']);
  expect(await stopsAt(50_900)).toEqual(['50500.1']);
  expect(venue.nakedMs('BTCUSDT')).toBe(nakedMs);
  expect(await stopsAt(50_400)).toEqual([]);
  expect(venue.positions).toEqual([]);
});

describe('a trailing stop that a person has placed on the venue', () => {
  const byHand = {
    ...{ algoType: 'CONDITIONAL', symbol: 'BTCUSDT', side: 'SELL', type: 'TRAILING_STOP_MARKET' },
    ...{ quantity: '0.02', reduceOnly: 'true', callbackRate: '0.5', activatePrice: '51500' },
  };
  let client: VenueClient;
  beforeEach(async () => {
    client = await connectVenueClient(venue);
    await buy();
    await client.request('algoOrder', 'fapiPrivate', 'POST', byHand);
  });
  afterEach(() => client.close());

  const standing = async () =>
    (await desk.reconcile()).openOrders.map(
      ({ type, purpose, triggerPriceQuote }) => `${type} as ${purpose} at ${triggerPriceQuote}`,
    );

  it('is seen as what it is, beside the one stop of custody, which goes on following', async () => {
    await standing();
    expect(await standing()).toEqual(['trailing_stop as exit at null', 'stop_market as stop at 49000.1']);
    expect((await desk.reconcile()).openOrders[0]?.trail).toEqual({
      callbackFraction: 0.005,
      activationPriceQuote: '51500',
    });
    await venue.setPrice('BTCUSDT', 51_001);
    await standing();
    expect(await standing()).toContain('stop_market as stop at 50050.2');
  });

  it('closes the position when it fires, and leaves no stop behind', async () => {
    await standing();
    for (const price of [51_600, 51_300]) await venue.setPrice('BTCUSDT', price);
    expect(await standing()).toEqual([]);
    expect(venue.positions).toEqual([]);
    expect(venue.algoOrders.map(({ status }) => status)).not.toContain('NEW');
  });

  it('is taken away when its position has gone, so that it never reduces the next one', async () => {
    await standing();
    await venue.setPrice('BTCUSDT', 48_000);
    await standing();
    expect(await standing()).toEqual([]);
    expect(venue.algoOrders.map(({ status }) => status)).not.toContain('NEW');
  });
});
