import { afterAll, beforeAll } from 'vitest';
import { createCcxtMarket } from '#exchanges/ccxt/ccxt-market.ts';
import { VENUE_NOW_MS } from '../support/venue/market-feed.ts';
import { startVenue, type TestVenue } from '../support/venue/start-venue.ts';
import { describeMarketData } from './market-data.contract.ts';

const wallClock = { nowMs: () => VENUE_NOW_MS };
const symbols = ['BTC/USDT:USDT', 'ETH/USDT:USDT'];
let venue: TestVenue;
beforeAll(async () => {
  venue = await startVenue({ clock: wallClock, prices: 'generator' });
});
afterAll(() => venue.close());

for (const [name, streams] of [
  ['binanceusdm through ccxt, by REST alone', {}],
  ['binanceusdm through ccxt, with its streams', { onStreamChange: () => {} }],
] as const)
  describeMarketData(name, async () => ({
    market: await createCcxtMarket({
      exchangeId: 'binanceusdm',
      symbols,
      barsPerSeries: 12,
      baseUrl: venue.baseUrl,
      wallClock,
      ...streams,
    }),
    symbols,
    asOfMs: VENUE_NOW_MS,
    barsPerSeries: 12,
    pure: false,
  }));
