import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startVenue, type TestVenue } from '../../support/venue/start-venue.ts';
import { connectVenueClient, type VenueClient } from '../../support/venue/venue-client.ts';

const BTC = 'BTC/USDT:USDT';

describe('ccxt trading against the test venue', () => {
  let venue: TestVenue;
  let client: VenueClient;

  beforeEach(async () => {
    venue = await startVenue();
    await venue.setPrice('BTCUSDT', 50_000);
    client = await connectVenueClient(venue);
    await client.loadMarkets();
  });
  afterEach(async () => {
    await client.close();
    await venue.close();
  });

  it('fills a market order at the ask, charges the taker fee and shows the position', async () => {
    const order = await client.createOrder(BTC, 'market', 'buy', 0.01, undefined, { newClientOrderId: 'a1' });
    expect(order).toMatchObject({ status: 'closed', filled: 0.01, average: 50_000.1, clientOrderId: 'a1' });
    const [position] = await client.fetchPositions([BTC]);
    expect(position).toMatchObject({ side: 'long', contracts: 0.01, entryPrice: 50_000.1 });
    expect(venue.walletBalance).toBe('9999.7499995');
    const [trade] = await client.fetchMyTrades(BTC);
    expect(trade).toMatchObject({
      order: order.id,
      side: 'buy',
      takerOrMaker: 'taker',
      fee: { cost: 0.2500005 },
    });
  });

  it('rests a limit order, and fills it at its own price as maker when the market comes', async () => {
    const order = await client.createOrder(BTC, 'limit', 'buy', 0.01, 49_000);
    expect(order.status).toBe('open');
    expect(await client.fetchOpenOrders()).toHaveLength(1);
    await venue.setPrice('BTCUSDT', 48_900);
    expect(await client.fetchOrder(String(order.id), BTC)).toMatchObject({
      status: 'closed',
      average: 49_000,
    });
    expect(venue.fills[0]?.commission.toFixed()).toBe('0.098');
  });

  it('fills a resting order in parts when a test says so, and lets the rest be cancelled', async () => {
    const { id } = await client.createOrder(BTC, 'limit', 'buy', 0.01, 49_000, { newClientOrderId: 'slow' });
    venue.fillOrder('slow', { quantity: '0.004' });
    expect(await client.fetchOrder(String(id), BTC)).toMatchObject({ status: 'open', filled: 0.004 });
    const cancelled = await client.cancelOrder(String(id), BTC);
    expect(cancelled).toMatchObject({ status: 'canceled', filled: 0.004, average: 49_000 });
    expect(() => venue.fillOrder('slow')).toThrow('no working order slow');
  });

  it('refuses a post-only order that would take, and a fill-or-kill order that would rest', async () => {
    const postOnly = client.createOrder(BTC, 'limit', 'buy', 0.01, 50_001, { timeInForce: 'PO' });
    await expect(postOnly).rejects.toThrow('-5022');
    const killed = client.createOrder(BTC, 'limit', 'buy', 0.01, 49_999, { timeInForce: 'FOK' });
    await expect(killed).rejects.toThrow('-5021');
    expect(venue.orders).toEqual([]);
  });

  it('expires an immediate-or-cancel order that finds nothing', async () => {
    const order = await client.createOrder(BTC, 'limit', 'buy', 0.01, 49_000, { timeInForce: 'IOC' });
    expect(order).toMatchObject({ status: 'expired', filled: 0 });
  });

  it('keeps stops apart from regular orders', async () => {
    await client.createOrder(BTC, 'market', 'buy', 0.01);
    await placeStop();
    await client.createOrder(BTC, 'limit', 'buy', 0.01, 49_500);
    await client.cancelAllOrders(BTC);
    expect(await client.fetchOpenOrders(BTC)).toEqual([]);
    const [stop] = await client.fetchOpenOrders(BTC, undefined, undefined, { trigger: true });
    expect(stop).toMatchObject({ status: 'open', clientOrderId: 'stop1', triggerPrice: 49_000 });
    await client.cancelAllOrders(BTC, { trigger: true });
    expect(await client.fetchOpenOrders(undefined, undefined, undefined, { trigger: true })).toEqual([]);
  });

  it('fires a stop at the mark price: it reads closed with nothing filled, and names the order that filled', async () => {
    await client.createOrder(BTC, 'market', 'buy', 0.01);
    await placeStop();
    await client.createOrder(BTC, 'market', 'sell', 0.01, undefined, {
      takeProfitPrice: 52_000,
      closePosition: true,
      workingType: 'MARK_PRICE',
      clientOrderId: 'target1',
    });
    await venue.setPrice('BTCUSDT', { last: '48900', mark: '49500' });
    expect(venue.positions).toHaveLength(1);
    await venue.setPrice('BTCUSDT', 48_900);
    const stop = await client.fetchOrder('', BTC, { trigger: true, clientOrderId: 'stop1' });
    expect(stop).toMatchObject({ status: 'closed', filled: 0 });
    const fill = await client.fetchOrder((stop.info as { actualOrderId: string }).actualOrderId, BTC);
    expect(fill).toMatchObject({ status: 'closed', filled: 0.01, average: 48_900, reduceOnly: true });
    const siblings = await client.fetchOpenOrders(BTC, undefined, undefined, { trigger: true });
    expect(siblings.map(({ clientOrderId }) => clientOrderId)).toEqual(['target1']);
    expect(await client.fetchPositions([BTC])).toEqual([]);
  });

  it('takes profit on the way up and trails from the activation price', async () => {
    await client.createOrder(BTC, 'market', 'buy', 0.02);
    await client.createOrder(BTC, 'market', 'sell', 0.01, undefined, {
      takeProfitPrice: 51_000,
      reduceOnly: true,
    });
    await client.createOrder(BTC, 'market', 'sell', 0.01, undefined, {
      trailingPercent: '1',
      activatePrice: '51500',
      reduceOnly: true,
      workingType: 'MARK_PRICE',
    });
    await venue.setPrice('BTCUSDT', 51_000);
    expect(venue.fills.map(({ price }) => price.toFixed())).toEqual(['50000.1', '51000']);
    await venue.setPrice('BTCUSDT', 52_000);
    await venue.setPrice('BTCUSDT', 51_481);
    expect(venue.positions).toHaveLength(1);
    await venue.setPrice('BTCUSDT', 51_480);
    expect(venue.positions).toEqual([]);
  });

  it('lets a stop with a limit become a resting order', async () => {
    await client.createOrder(BTC, 'market', 'buy', 0.01);
    await client.createOrder(BTC, 'limit', 'sell', 0.01, 49_200, { stopLossPrice: 49_000, reduceOnly: true });
    await venue.setPrice('BTCUSDT', 48_900);
    const [resting] = await client.fetchOpenOrders(BTC);
    expect(resting).toMatchObject({ type: 'limit', price: 49_200, filled: 0, reduceOnly: true });
    await venue.setPrice('BTCUSDT', 49_300);
    expect(venue.positions).toEqual([]);
  });

  it('lets a stop with nothing left to close expire', async () => {
    await client.createOrder(BTC, 'market', 'buy', 0.01);
    await placeStop();
    await client.createOrder(BTC, 'market', 'sell', 0.01, undefined, { reduceOnly: true });
    await venue.setPrice('BTCUSDT', 48_000);
    const stop = await client.fetchOrder('', BTC, { trigger: true, clientOrderId: 'stop1' });
    expect(stop.status).toBe('expired');
    expect(venue.fills).toHaveLength(2);
  });

  it('executes a filled order again when its client id is sent again, and refuses the id of an open one', async () => {
    const market = () =>
      client.createOrder(BTC, 'market', 'buy', 0.01, undefined, { newClientOrderId: 'same' });
    await market();
    await market();
    expect(venue.fills).toHaveLength(2);
    const limit = () => client.createOrder(BTC, 'limit', 'buy', 0.01, 49_000, { newClientOrderId: 'open' });
    await limit();
    await expect(limit()).rejects.toThrow('-4116');
  });

  it('knows neither a stranger nor what has already ended', async () => {
    await expect(client.fetchOrder('', BTC, { clientOrderId: 'nobody' })).rejects.toThrow('-2013');
    const done = await client.createOrder(BTC, 'market', 'buy', 0.01);
    await expect(client.cancelOrder(String(done.id), BTC)).rejects.toThrow('-2011');
  });

  it('hedges: both sides at once, each closed by its own side only', async () => {
    await client.setPositionMode(true);
    await client.createOrder(BTC, 'market', 'buy', 0.01, undefined, { hedged: true });
    await client.createOrder(BTC, 'market', 'sell', 0.01, undefined, { hedged: true });
    const positions = await client.fetchPositions([BTC]);
    expect(positions.map(({ side }) => side).sort()).toEqual(['long', 'short']);
    const reduceOnly = client.createOrder(BTC, 'market', 'sell', 0.01, undefined, {
      positionSide: 'LONG',
      reduceOnly: true,
    });
    await expect(reduceOnly).rejects.toThrow('-1106');
    await client.createOrder(BTC, 'market', 'sell', 0.01, undefined, { positionSide: 'LONG' });
    expect(venue.positions.map(({ positionSide }) => positionSide)).toEqual(['SHORT']);
  });

  it('cancels regular orders, and no stop, when the dead man lets go', async () => {
    await client.createOrder(BTC, 'market', 'buy', 0.01);
    await placeStop();
    await client.createOrder(BTC, 'limit', 'buy', 0.01, 49_000);
    await client.fapiPrivatePostCountdownCancelAll({ symbol: 'BTCUSDT', countdownTime: 60_000 });
    await venue.advance(59_000);
    expect(venue.orders.at(-1)?.status).toBe('NEW');
    await venue.advance(2_000);
    expect(venue.orders.at(-1)?.status).toBe('CANCELED');
    expect(venue.algoOrders[0]?.status).toBe('NEW');
  });

  function placeStop() {
    return client.createOrder(BTC, 'market', 'sell', 0.01, undefined, {
      stopLossPrice: 49_000,
      closePosition: true,
      workingType: 'MARK_PRICE',
      clientOrderId: 'stop1',
    });
  }
});
