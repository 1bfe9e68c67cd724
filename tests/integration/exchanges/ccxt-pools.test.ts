import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type CcxtMarket, type CcxtMarketOptions, createCcxtMarket } from '#exchanges/ccxt/ccxt-market.ts';
import { VENUE_NOW_MS } from '#tests/support/venue/market-feed.ts';
import { startVenue, type TestVenue } from '#tests/support/venue/start-venue.ts';

const BTC = 'BTC/USDT:USDT' as MarketSymbol;
const ETH = 'ETH/USDT:USDT' as MarketSymbol;
const GONE = 'NOSUCHCOIN/USDT:USDT' as MarketSymbol;
const wallClock = { nowMs: () => VENUE_NOW_MS };

let venue: TestVenue;
let market: CcxtMarket;

beforeEach(async () => {
  venue = await startVenue({ clock: wallClock, prices: 'generator' });
});
afterEach(async () => {
  await market.close();
  await venue.close();
});

async function open(options: Partial<CcxtMarketOptions>): Promise<CcxtMarket> {
  const address = { exchangeId: 'binanceusdm', baseUrl: venue.baseUrl };
  market = await createCcxtMarket({ ...address, symbols: [], barsPerSeries: 5, wallClock, ...options });
  return market;
}
const symbolsOf = async () => (await market.instruments()).map(({ symbol }) => symbol);

describe('what a market offers', () => {
  it('is what must be there and what of the rest the venue lists', async () => {
    await open({ symbols: [ETH], ifListed: [BTC, GONE] });
    expect(await symbolsOf()).toEqual([ETH, BTC]);
    const asked = market.snapshot({
      symbols: [GONE],
      asOfMs: VENUE_NOW_MS,
      barsPerSeries: 5,
      snapshotId: 's',
    });
    await expect(asked).rejects.toMatchObject({
      code: 'symbol_unknown',
      message: `${GONE} is not in the universe of binanceusdm: add it to VIGIL_SYMBOLS`,
    });
  });

  it('is an error when what must be there is not', async () => {
    await open({ symbols: [ETH, GONE], offersAll: true });
    await expect(market.instruments()).rejects.toMatchObject({
      code: 'symbol_unknown',
      message: expect.stringContaining(GONE),
    });
  });

  it('is all the venue lists, the named first, where it shall be', async () => {
    await open({ symbols: [ETH], offersAll: true });
    const symbols = await symbolsOf();
    expect(symbols[0]).toBe(ETH);
    expect(symbols).toHaveLength(8);
    const { markets } = await market.snapshot({
      symbols: [BTC],
      asOfMs: VENUE_NOW_MS,
      barsPerSeries: 5,
      snapshotId: 's',
    });
    expect(markets.get(BTC)?.openInterestQuote).toBeGreaterThan(15_000_000);
  });
});

describe('the candidates of a venue', () => {
  it('are its greatest movers and its largest by open interest, from one list and a question for each', async () => {
    await open({ symbols: [ETH], offersAll: true });
    expect(market.tellsOpenInterest).toBe(true);
    const pools = await market.candidates({ movers: 2, openInterest: 2, minOpenInterestQuote: 15_000_000 });
    expect(pools.movers).toHaveLength(2);
    expect(pools.openInterest).toEqual([BTC, ETH]);
    const asked = venue.requests.map(({ path }) => path.slice('/fapi/v1/'.length));
    expect(asked.filter((path) => path === 'ticker/24hr')).toHaveLength(1);
    expect(asked.filter((path) => path === 'openInterest').length).toBeLessThanOrEqual(8);
  });

  it('are none when nothing there is liquid enough', async () => {
    await open({ symbols: [ETH], offersAll: true });
    const pools = await market.candidates({ movers: 2, openInterest: 2, minOpenInterestQuote: 1e15 });
    expect(pools).toEqual({ movers: [], openInterest: [] });
  });

  it('leave out a symbol the venue does not answer for', async () => {
    await open({ symbols: [ETH], offersAll: true });
    const wishes = { movers: 0, openInterest: 1, minOpenInterestQuote: null };
    const broken = { path: '/openInterest', times: null, effect: { kind: 'service-unavailable' } } as const;
    venue.faults.add({ ...broken, where: { symbol: 'BTCUSDT' } });
    expect((await market.candidates(wishes)).openInterest).toEqual([ETH]);
  });
});
