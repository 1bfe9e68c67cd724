import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startVenue, type TestVenue } from '../../support/venue/start-venue.ts';
import { connectStreamClient, type VenueClient } from '../../support/venue/venue-client.ts';

const RECORDED = fileURLToPath(
  new URL(
    '../../../../shared/fixtures/exchange_messages/binance/crates/futures/market_data_json/',
    import.meta.url,
  ),
);
const BTC = 'BTC/USDT:USDT';
const ETH = 'ETH/USDT:USDT';

describe('the streams of the test venue', () => {
  let venue: TestVenue;
  let client: VenueClient;

  beforeEach(async () => {
    venue = await startVenue();
    await venue.setPrice('BTCUSDT', { last: '50000', mark: '50010' });
    client = await connectStreamClient(venue);
  });
  afterEach(async () => {
    await client?.close();
    await venue?.close();
  });

  it('tell ccxt the last price and the day of a symbol, and each change', async () => {
    const told = (await client.watchTickers([BTC]))[BTC];
    expect(told).toMatchObject({ symbol: BTC, last: 50_000 });
    expect(told?.timestamp).toBeLessThanOrEqual(venue.nowMs());
    expect(told?.quoteVolume).toBe((await client.fetchTicker(BTC)).quoteVolume);
    const next = client.watchTickers([BTC]);
    await venue.setPrice('BTCUSDT', 51_000);
    expect((await next)[BTC]?.last).toBe(51_000);
  });

  it('tell ccxt mark prices and everybody’s liquidations', async () => {
    expect((await client.watchMarkPrices([BTC]))[BTC]?.markPrice).toBe(50_010);
    const told = client.watchLiquidationsForSymbols([]);
    await expect.poll(() => venue.streams.subscribed).toContain('!forceOrder@arr');
    venue.streams.liquidate({ symbol: 'ETHUSDT', side: 'BUY', quantity: '3', price: '2500.5' });
    expect(await told).toMatchObject([{ symbol: ETH, side: 'buy', contracts: 3, price: 2_500.5 }]);
  });

  it('tell nobody what he has not asked for, and nothing any more when he has had enough', async () => {
    await client.watchTickers([BTC, ETH]);
    expect([...venue.streams.subscribed].sort()).toEqual(['btcusdt@miniTicker', 'ethusdt@miniTicker']);
    await client.unWatchTickers([BTC, ETH]);
    expect(venue.streams.subscribed).toEqual([]);
  });

  it('refuse an upgrade with 404 when they are told to, and everywhere but at their own paths', async () => {
    venue.streams.fault = 'refused';
    await expect(client.watchTickers([BTC])).rejects.toThrow('404');
    venue.streams.fault = null;
    const elsewhere = new WebSocket(`${venue.baseUrl.replace('http', 'ws')}/stream`);
    const [failure] = await once(elsewhere, 'error');
    expect(String(failure)).toContain('404');
    expect(venue.streams.dials).toBe(2);
  });

  it('drop a connection without a word', async () => {
    await client.watchTickers([BTC]);
    const next = client.watchTickers([BTC]);
    venue.streams.drop();
    await expect(next).rejects.toThrow('1006');
  });

  it.for([
    ['mark_price_stream.json', 'btcusdt@markPrice@1s'],
    ['liquidation_stream.json', '!forceOrder@arr'],
  ] as const)('have the fields of the recorded %s', async ([file, stream], context) => {
    context.skip(!existsSync(RECORDED), 'the recorded messages at ../shared/fixtures are not there');
    const socket = new WebSocket(`${venue.baseUrl.replace('http', 'ws')}/market/ws/0`);
    await once(socket, 'open');
    const frames: unknown[] = [];
    socket.on('message', (data) => frames.push(JSON.parse(String(data))));
    socket.send(JSON.stringify({ method: 'SUBSCRIBE', params: [stream], id: 7 }));
    await expect.poll(() => frames.length).toBeGreaterThan(0);
    venue.streams.liquidate({ symbol: 'BTCUSDT', side: 'SELL', quantity: '1', price: '50000' });
    await expect.poll(() => frames.length).toBeGreaterThan(1);
    expect(frames[0]).toEqual({ result: null, id: 7 });
    expect(shapeOf(frames[1])).toEqual(shapeOf(JSON.parse(readFileSync(RECORDED + file, 'utf8'))));
    socket.terminate();
  });
});

/** Names and kinds of values. */
function shapeOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
}
