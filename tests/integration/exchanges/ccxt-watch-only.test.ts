import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EpochMs, MINUTE_MS } from '#domain/time.ts';
import { type CcxtMarket, createCcxtMarket } from '#exchanges/ccxt/ccxt-market.ts';
import { PATIENT } from '#tests/support/patience.ts';
import { VENUE_NOW_MS } from '../../support/venue/market-feed.ts';
import { startVenue, type TestVenue } from '../../support/venue/start-venue.ts';

const BTC = 'BTC/USDT:USDT';
const PEG = 'USDC/USDT:USDT';

let nowMs: EpochMs;
let venue: TestVenue;
let market: CcxtMarket;
const wallClock = { nowMs: () => nowMs };

async function open(withPeg: boolean): Promise<void> {
  venue = await startVenue({ clock: wallClock, withPeg });
  market = await createCcxtMarket({
    ...{ exchangeId: 'binanceusdm', baseUrl: venue.baseUrl, symbols: [BTC], barsPerSeries: 5, wallClock },
    watchOnly: [PEG, 'USDT/USDC:USDC'],
    onStreamChange: () => {},
  });
}

beforeEach(() => {
  nowMs = VENUE_NOW_MS;
});
afterEach(async () => {
  await market.close();
  await venue.close();
});

describe('what a venue’s market is watched for and not traded', () => {
  it('is what the venue lists of it, and no instrument', async () => {
    await open(true);
    expect(await market.watchOnly?.()).toEqual([PEG]);
    expect((await market.instruments()).map(({ symbol }) => symbol)).toEqual([BTC]);
    const asked = market.snapshot({ symbols: [PEG], asOfMs: nowMs, barsPerSeries: 5, snapshotId: 's' });
    await expect(asked).rejects.toMatchObject({ code: 'symbol_unknown' });
  });

  it('tells its bars and its pushed prices', async () => {
    await open(true);
    const span = { fromMs: nowMs - 5 * MINUTE_MS, toMs: nowMs };
    const bars = await market.candles({ symbol: PEG, timeframe: '1m', ...span });
    expect([...bars.close]).toEqual([1, 1, 1, 1]);
    const heard: number[] = [];
    market.stream?.onPrice([PEG], ({ kind, priceQuote }) => void (kind === 'last' && heard.push(priceQuote)));
    await vi.waitFor(async () => {
      nowMs += 1_000;
      await venue.setPrice('USDCUSDT', '0.97');
      expect(heard).toContain(0.97);
    }, PATIENT);
  });

  it('is nothing where the venue lists none of it, and then its bars are an error', async () => {
    await open(false);
    expect(await market.watchOnly?.()).toEqual([]);
    const request = { symbol: PEG, timeframe: '1m', fromMs: nowMs - 5 * MINUTE_MS, toMs: nowMs } as const;
    await expect(market.candles(request)).rejects.toMatchObject({ code: 'symbol_unknown' });
  });
});
