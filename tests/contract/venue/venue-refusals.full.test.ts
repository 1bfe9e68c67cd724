import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startVenue, type TestVenue } from '../../support/venue/start-venue.ts';
import { connectVenueClient, type VenueClient } from '../../support/venue/venue-client.ts';

const BTC = 'BTC/USDT:USDT';

describe('what the test venue refuses', () => {
  let venue: TestVenue;
  let client: VenueClient;

  beforeAll(async () => {
    venue = await startVenue();
    await venue.setPrice('BTCUSDT', 50_000);
    client = await connectVenueClient(venue);
    await client.loadMarkets();
  });
  afterAll(async () => {
    await client.close();
    await venue.close();
  });

  const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC' };
  const market = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET' };
  const refused: [what: string, parameters: Record<string, string>, code: number][] = [
    ['an unknown symbol', { ...market, symbol: 'NOPEUSDT', quantity: '1' }, -1121],
    ['a price off the tick', { ...order, quantity: '0.01', price: '49000.15' }, -4014],
    ['a price with too many digits', { ...order, quantity: '0.01', price: '49000.151' }, -1111],
    ['a price below the least', { ...order, quantity: '0.01', price: '0' }, -4013],
    ['a bid far above the mark', { ...order, quantity: '0.01', price: '60000' }, -4016],
    ['nothing at all', { ...market, quantity: '0' }, -4003],
    ['a quantity with too many digits', { ...market, quantity: '0.0105' }, -1111],
    ['a market order above the market maximum', { ...market, quantity: '121' }, -4005],
    ['a notional below the minimum', { ...market, quantity: '0.001' }, -4164],
    ['more than the margin carries', { ...market, quantity: '10' }, -2019],
    ['a reduction of nothing', { ...market, quantity: '0.01', reduceOnly: 'true' }, -2022],
    [
      'a client id that is too long',
      { ...market, quantity: '0.01', newClientOrderId: 'x'.repeat(37) },
      -4015,
    ],
    [
      'a limit order without time in force',
      { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.01', price: '49000' },
      -1102,
    ],
    [
      'a stop at the place of regular orders',
      { ...market, type: 'STOP_MARKET', stopPrice: '51000', quantity: '0.01' },
      -4120,
    ],
    ['a hedged side in one-way mode', { ...market, quantity: '0.01', positionSide: 'LONG' }, -4061],
  ];
  it.each(refused)('%s', async (_, parameters, code) => {
    await expect(client.fapiPrivatePostOrder(parameters)).rejects.toThrow(`"code":${code},`);
    expect(venue.orders).toEqual([]);
  });

  it('takes a reduction below the minimum notional, cut down to what is there to reduce', async () => {
    const own = await startVenue();
    await own.setPrice('BTCUSDT', 50_000);
    const trader = await connectVenueClient(own);
    await trader.createOrder(BTC, 'market', 'buy', 0.002);
    await trader.createOrder(BTC, 'market', 'sell', 0.001, undefined, { reduceOnly: true });
    const cut = await trader.createOrder(BTC, 'market', 'sell', 0.5, undefined, { reduceOnly: true });
    expect(cut).toMatchObject({ amount: 0.001, filled: 0.001, status: 'closed' });
    expect(own.positions).toEqual([]);
    await trader.close();
    await own.close();
  });

  describe('of conditional orders', () => {
    const stop = (parameters: Record<string, unknown>) =>
      client.createOrder(BTC, 'market', 'sell', 0.01, undefined, {
        stopLossPrice: 49_000,
        workingType: 'MARK_PRICE',
        ...parameters,
      });
    afterEach(() => client.cancelAllOrders(BTC, { trigger: true }));

    it('a trigger the market has passed', () =>
      expect(stop({ stopLossPrice: 50_100, closePosition: true })).rejects.toThrow('-2021'));
    it('closePosition together with reduceOnly', () =>
      expect(stop({ closePosition: true, reduceOnly: true })).rejects.toThrow('-1106'));
    it('a second closing stop on the same side', async () => {
      await stop({ closePosition: true });
      await expect(stop({ closePosition: true, stopLossPrice: 48_000 })).rejects.toThrow('-4130');
    });
    it('the client id of an open one', async () => {
      await stop({ reduceOnly: true, clientOrderId: 'twice' });
      await expect(stop({ reduceOnly: true, clientOrderId: 'twice' })).rejects.toThrow('-4116');
    });
    it('more of them than the symbol may have', async () => {
      for (let i = 0; i < 10; i++) await stop({ reduceOnly: true });
      await expect(stop({ reduceOnly: true })).rejects.toThrow('-4045');
    });
  });

  describe('of settings', () => {
    it('a leverage no bracket has', () =>
      expect(client.fapiPrivatePostLeverage({ symbol: 'BTCUSDT', leverage: 126 })).rejects.toThrow('-4028'));
    it('a position larger than its leverage allows', async () => {
      await client.setLeverage(125, BTC);
      await expect(client.createOrder(BTC, 'market', 'buy', 1.1)).rejects.toThrow('-2027');
      await client.setLeverage(20, BTC);
    });
    it('what is so already, which means success', async () => {
      await expect(client.setMarginMode('cross', BTC)).rejects.toThrow('-4046');
      await expect(client.setPositionMode(false)).rejects.toThrow('-4059');
    });
    it('a change of mode while something is open', async () => {
      const { id } = await client.createOrder(BTC, 'limit', 'buy', 0.01, 49_000);
      await expect(client.setMarginMode('isolated', BTC)).rejects.toThrow('-4047');
      await expect(client.setPositionMode(true)).rejects.toThrow('-4067');
      await client.cancelOrder(String(id), BTC);
    });
  });
});
