import { afterAll, beforeAll, beforeEach } from 'vitest';
import { createCcxtMarket } from '#exchanges/ccxt/ccxt-market.ts';
import {
  type BinanceVenue,
  skipWithoutExchangeInfo,
  startBinanceVenue,
  VENUE_NOW_MS,
} from '../support/binance-venue.ts';
import { describeMarketData } from './market-data.contract.ts';

const wallClock = { nowMs: () => VENUE_NOW_MS };
const symbols = ['BTC/USDT:USDT', 'ETH/USDT:USDT'];
let venue: BinanceVenue;
beforeAll(async () => {
  venue = await startBinanceVenue(wallClock);
});
afterAll(() => venue.close());
beforeEach(skipWithoutExchangeInfo);

describeMarketData('binanceusdm through ccxt', async () => ({
  market: await createCcxtMarket({
    exchangeId: 'binanceusdm',
    symbols,
    barsPerSeries: 12,
    baseUrl: venue.baseUrl,
    wallClock,
  }),
  symbols,
  asOfMs: VENUE_NOW_MS,
  barsPerSeries: 12,
  pure: false,
}));
