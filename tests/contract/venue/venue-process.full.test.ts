import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectVenueClient, type VenueClient } from '../../support/venue/venue-client.ts';
import { type RemoteVenue, startVenueProcess } from '../../support/venue/venue-process.ts';

const BTC = 'BTC/USDT:USDT';
let venue: RemoteVenue;

beforeEach(async () => {
  venue = await startVenueProcess({ walletBalance: '2000' });
});
afterEach(() => venue.close());

it('runs as a process of its own, driven and read over HTTP', async () => {
  await venue.setPrice('BTCUSDT', { last: '50000', ask: '50000' });
  await venue.addFault({ method: 'POST', path: '/order', effect: { kind: 'dropped', executed: true } });
  const client = await connectVenueClient(venue);
  const buy = () => client.createOrder(BTC, 'market', 'buy', 0.01, undefined, { newClientOrderId: 'a' });
  await expect(buy()).rejects.toThrow();
  await venue.payFunding('BTCUSDT', '0.0001');
  await venue.advance(1_000);
  const books = await venue.snapshot();
  expect(books.fills).toMatchObject([{ clientOrderId: 'a', price: '50000', quantity: '0.01' }]);
  expect(books.positions).toMatchObject([{ symbol: 'BTCUSDT', quantity: '0.01' }]);
  expect(books.walletBalance).toBe('1999.7');
  expect(books.nakedMs.BTCUSDT).toBeGreaterThanOrEqual(1_000);
  expect(books.requests.at(-1)).toMatchObject({ executed: true, faults: ['dropped'] });
  await client.close();
});

it('takes every other command over HTTP too', async () => {
  await venue.change({ checksTimestamps: false, clockAheadMs: 5_000 });
  const client = await connectVenueClient(venue);
  await client.createOrder(BTC, 'limit', 'buy', 0.02, await bidBelow(client), { newClientOrderId: 'slow' });
  await venue.fillOrder('slow', { quantity: '0.01' });
  await venue.addFault({ path: '/time', effect: { kind: 'held', executed: true, forMs: null } });
  const time = client.fetchTime();
  await expect.poll(async () => (await venue.snapshot()).requests.at(-1)?.path).toBe('/fapi/v1/time');
  await venue.releaseHeld();
  expect(await time).toBeGreaterThan((await venue.snapshot()).nowMs);
  await venue.addFault({ path: '/time', effect: { kind: 'clock-skew' } });
  await venue.clearFaults();
  await client.fetchTime();
  expect((await venue.snapshot()).orders).toMatchObject([{ status: 'PARTIALLY_FILLED', executed: '0.01' }]);
  await client.close();
});

async function bidBelow(client: VenueClient): Promise<number> {
  return Math.floor((await client.fetchTicker(BTC)).last! * 0.99);
}

it('names what it does not know', async () => {
  await expect(venue.setPrice('NOPEUSDT', 1)).rejects.toThrow('the venue refused price');
});
