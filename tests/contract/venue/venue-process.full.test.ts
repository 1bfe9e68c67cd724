import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectVenueClient } from '../../support/venue/venue-client.ts';
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

it('names what it does not know', async () => {
  await expect(venue.setPrice('NOPEUSDT', 1)).rejects.toThrow('the venue refused price');
});
