/** A symbol that the list of contracts does not have, or has no more, takes nothing from the others. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PATIENT } from '#tests/support/patience.ts';
import { type Listing, type ListingGate, openListingGate } from '#tests/support/venue/listing-gate.ts';
import { startVenue, type TestVenue } from '#tests/support/venue/start-venue.ts';
import { connectVenueClient, type VenueClient } from '#tests/support/venue/venue-client.ts';
import { openVenueDesk } from '#tests/support/venue/venue-desk.ts';
import { createMemoryOrderStore } from '#tools/orders/memory-order-store.ts';
import type { OrderDesk } from '#tools/orders/order-desk.ts';

const BTC = 'BTC/USDT:USDT';
const ETH = 'ETH/USDT:USDT';

let venue: TestVenue;
let person: VenueClient;
let gate: ListingGate;
let fromMs: number;
const open: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  fromMs = Date.now() - 1_000;
  venue = await startVenue({ walletBalance: '100000' });
  await venue.setPrice('BTCUSDT', 50_000);
  await venue.setPrice('ETHUSDT', 2_512.34);
  person = await connectVenueClient(venue);
  await person.loadMarkets();
});

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
  await person.close();
  await gate.close();
  await venue.close();
});

async function openDesk(store = createMemoryOrderStore().store): Promise<OrderDesk> {
  const at = { baseUrl: gate.baseUrl, apiKey: venue.apiKey, secret: venue.secret };
  const { broker, desk } = await openVenueDesk(at, { symbols: [BTC], store, fromMs });
  open.push(broker);
  return desk;
}

function stopsOf(symbol: string): number {
  return venue.algoOrders.filter((order) => order.symbol === symbol && order.status === 'NEW').length;
}

it('protects what was listed after the start once the list was read anew, and the others at once', async () => {
  gate = await openListingGate(venue.baseUrl, 'ETHUSDT', 'gone');
  const desk = await openDesk();
  await desk.reconcile();
  gate.set('as it is');
  await person.createOrder(ETH, 'market', 'buy', 0.1);
  await person.createOrder(BTC, 'market', 'buy', 0.02);
  await desk.reconcile();
  expect(stopsOf('BTCUSDT')).toBe(1);
  const second = await vi.waitUntil(async () => {
    const view = await desk.reconcile();
    return view.unknownOutcomes === 0 && view;
  }, PATIENT);
  expect(second.positions.map(({ symbol }) => symbol).sort()).toEqual([BTC, ETH]);
  expect([stopsOf('BTCUSDT'), stopsOf('ETHUSDT')]).toEqual([1, 1]);
  expect((await desk.close({ symbol: ETH, side: null }, 'person')).closed).toMatchObject([
    { note: { action: 'closed' } },
  ]);
});

it('keeps the others while a held symbol is gone, tells of it and asks for the list once', async () => {
  gate = await openListingGate(venue.baseUrl, 'ETHUSDT', 'gone');
  const desk = await openDesk();
  await person.createOrder(ETH, 'market', 'buy', 0.1);
  await person.createOrder(ETH, 'limit', 'buy', 0.1, 2_400);
  await person.createOrder(BTC, 'market', 'buy', 0.02);
  for (let pass = 0; pass < 4; pass++) {
    const { unknownOutcomes, positions, custody } = await desk.reconcile();
    expect(unknownOutcomes).toBe(2);
    expect(positions).toMatchObject([{ symbol: BTC }]);
    const detail = expect.stringContaining('nothing is opened');
    expect(custody).toContainEqual({ action: 'failed', symbol: 'ETHUSDT', detail });
  }
  expect(stopsOf('BTCUSDT')).toBe(1);
  await vi.waitUntil(() => gate.asked() === 2, PATIENT);
  expect(await desk.protect('a trip')).toContainEqual(
    expect.objectContaining({ action: 'failed', symbol: 'ETHUSDT' }),
  );
  expect((await desk.close({ symbol: BTC, side: null }, 'person')).closed).toHaveLength(1);
  expect(gate.asked()).toBe(2);
});

it('keeps a held symbol that is settling, and closes it', async () => {
  gate = await openListingGate(venue.baseUrl, 'ETHUSDT', 'SETTLING');
  const desk = await openDesk();
  await person.createOrder(ETH, 'market', 'buy', 0.1);
  await desk.reconcile();
  expect(stopsOf('ETHUSDT')).toBe(1);
  expect((await desk.close({ symbol: ETH, side: null }, 'person')).closed).toMatchObject([
    { note: { action: 'closed' } },
  ]);
  expect((await desk.reconcile()).positions).toEqual([]);
});

it.each<Listing>(['SETTLING', 'gone'])('keeps the books when a symbol traded before is %s', async (after) => {
  gate = await openListingGate(venue.baseUrl, 'ETHUSDT', 'as it is');
  const { store } = createMemoryOrderStore();
  const before = await openDesk(store);
  await before.reconcile();
  await person.createOrder(ETH, 'market', 'buy', 0.1);
  await before.reconcile();
  await before.close({ symbol: ETH, side: null }, 'person');
  await before.reconcile();
  gate.set(after);
  const desk = await openDesk(store);
  await person.createOrder(BTC, 'market', 'buy', 0.02);
  expect(await desk.reconcile()).toMatchObject({ positions: [{ symbol: BTC }], unknownOutcomes: 0 });
  expect(stopsOf('BTCUSDT')).toBe(1);
});
