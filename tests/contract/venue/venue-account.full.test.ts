import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sumDecimals } from '#domain/decimal.ts';
import { DAY_MS, MINUTE_MS } from '#domain/time.ts';
import { startVenue, type TestVenue } from '../../support/venue/start-venue.ts';
import { connectVenueClient, type VenueClient } from '../../support/venue/venue-client.ts';

const BTC = 'BTC/USDT:USDT';

describe("the test venue's account through ccxt", () => {
  let venue: TestVenue;
  let client: VenueClient;

  beforeEach(async () => {
    venue = await startVenue({ walletBalance: '5000', settings: { checksTimestamps: false } });
    await venue.setPrice('BTCUSDT', { last: '50000', ask: '50000' });
    client = await connectVenueClient(venue);
    await client.loadMarkets();
  });
  afterEach(async () => {
    await client.close();
    await venue.close();
  });

  it('shows balance, used margin and unrealised profit', async () => {
    await client.setLeverage(10, BTC);
    await client.createOrder(BTC, 'market', 'buy', 0.02);
    await venue.setPrice('BTCUSDT', 51_000);
    const balance = await client.fetchBalance();
    expect(balance.USDT).toEqual({ total: 5_019.5, used: 102, free: 4_917.5 });
  });

  it('tells leverage and margin mode apart from the position', async () => {
    await client.setLeverage(7, BTC);
    await client.setMarginMode('isolated', BTC);
    await client.createOrder(BTC, 'market', 'sell', 0.014);
    const [position] = await client.fetchPositions([BTC]);
    expect(position).toMatchObject({ side: 'short', leverage: undefined, marginMode: 'isolated' });
    expect(position?.liquidationPrice).toBeGreaterThan(56_000);
    const [config] = await client.fapiPrivateGetSymbolConfig({ symbol: 'BTCUSDT' });
    expect(config).toMatchObject({ leverage: 7, marginType: 'ISOLATED' });
  });

  it('writes every change of the wallet down, to the last digit', async () => {
    await client.createOrder(BTC, 'market', 'buy', 0.013);
    venue.payFunding('BTCUSDT', '0.00012345');
    await venue.setPrice('BTCUSDT', 51_234.5);
    await client.createOrder(BTC, 'market', 'sell', 0.007);
    const income = await client.fapiPrivateGetIncome({ limit: 1_000 });
    expect(income.map(({ incomeType }) => incomeType)).toEqual([
      'TRANSFER',
      'COMMISSION',
      'FUNDING_FEE',
      'COMMISSION',
      'REALIZED_PNL',
    ]);
    expect(sumDecimals(income.map((entry) => String(entry.income))).toFixed()).toBe(venue.walletBalance);
    const [funding] = await client.fetchFundingHistory(BTC);
    expect(funding?.amount).toBe(-0.0802425);
  });

  it('pages trades from an id upwards, and from a start for a week at most', async () => {
    for (let i = 0; i < 5; i++) {
      await client.createOrder(BTC, 'market', 'buy', 0.002);
      await venue.advance(MINUTE_MS);
    }
    const ids = venue.fills.map(({ id }) => id);
    const page = (parameters: object) =>
      client
        .fapiPrivateGetUserTrades({ symbol: 'BTCUSDT', ...parameters })
        .then((trades) => trades.map(({ id }) => id));
    expect(await page({ fromId: ids[1], limit: 2 })).toEqual(ids.slice(1, 3));
    expect(await page({ startTime: venue.fills[3]!.atMs })).toEqual(ids.slice(3));
    expect(await page({ limit: 2 })).toEqual(ids.slice(3));
    await expect(page({ limit: 1_001 })).rejects.toThrow('-1130');
    await expect(page({ fromId: ids[0], startTime: 1 })).rejects.toThrow('-1128');
    await expect(page({ startTime: venue.nowMs() - 8 * DAY_MS, endTime: venue.nowMs() })).rejects.toThrow(
      '-4165',
    );
    await venue.advance(8 * DAY_MS);
    expect(await page({})).toEqual([]);
    expect(await page({ startTime: venue.fills[0]!.atMs })).toEqual(ids);
  });

  it('pages income by number', async () => {
    for (let i = 0; i < 3; i++) await client.createOrder(BTC, 'market', 'buy', 0.002);
    const page = (number: number) =>
      client.fapiPrivateGetIncome({ incomeType: 'COMMISSION', limit: 2, page: number });
    expect(await page(1)).toHaveLength(2);
    expect(await page(2)).toHaveLength(1);
    expect(await page(3)).toEqual([]);
  });

  it('tells whether the key may withdraw', async () => {
    expect(await client.sapiGetAccountApiRestrictions({})).toMatchObject({ enableWithdrawals: false });
    venue.settings.keyMayWithdraw = true;
    expect(await client.sapiGetAccountApiRestrictions({})).toMatchObject({ enableWithdrawals: true });
  });

  it('lets a key that may not trade look and nothing else', async () => {
    venue.settings.keyMayTrade = false;
    await expect(client.createOrder(BTC, 'market', 'buy', 0.01)).rejects.toThrow('-2015');
    expect((await client.fetchBalance()).USDT?.total).toBe(5_000);
  });

  it('lists what it has liquidated', async () => {
    await client.createOrder(BTC, 'market', 'buy', 0.5);
    await venue.setPrice('BTCUSDT', 40_100);
    expect(await client.fetchPositions([BTC])).toEqual([]);
    const [forced] = await client.fapiPrivateGetForceOrders({ symbol: 'BTCUSDT' });
    expect(forced).toMatchObject({ status: 'FILLED', side: 'SELL', executedQty: '0.500' });
    expect(String(forced?.clientOrderId)).toMatch(/^autoclose-/);
  });

  it('keeps the past of a price that was set free of jumps', async () => {
    await venue.advance(MINUTE_MS);
    await venue.setPrice('BTCUSDT', 40_000);
    await venue.advance(2 * MINUTE_MS);
    const candles = await client.fetchOHLCV(BTC, '1m', undefined, 30);
    expect(candles).toHaveLength(30);
    expect(candles.at(-1)?.[4]).toBe(40_000);
    expect(candles.at(-10)?.[4]).toBeGreaterThan(45_000);
    const ticker = await client.fetchTicker(BTC);
    expect(ticker.last).toBe(40_000);
    expect(await client.fetchFundingRate(BTC)).toMatchObject({ markPrice: 40_000 });
  });
});
