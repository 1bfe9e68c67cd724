import { describe, expect, it } from 'vitest';
import { BTC, failureOf, fillsOf, openPaperDesk, stopAt, targetAt } from './paper-desk.ts';

const BID = { type: 'limit', side: 'buy', priceQuote: '98' } as const;

describe('a resting limit order', () => {
  it('fills as maker when the price trades through it, not when it only touches it', async () => {
    const { broker, send, bar } = openPaperDesk();
    expect(await send(BID)).toMatchObject({ status: 'pending', filledBase: '0' });
    await bar([100, 100, 98, 99]);
    expect(await broker.openOrders()).toHaveLength(1);
    await bar([99, 99, 97.9, 99]);
    expect(await broker.openOrders()).toEqual([]);
    const [fill] = await fillsOf(broker);
    expect(fill).toMatchObject({ priceQuote: '98', liquidity: 'maker', feeQuote: '0.0196' });
  });

  it('holds the margin of what it would open until it is cancelled', async () => {
    const { broker, send } = openPaperDesk();
    const order = await send(BID);
    expect(await broker.account()).toMatchObject({ marginUsedQuote: '9.849', availableQuote: '9990.151' });
    expect(await broker.cancel(BTC, order.clientOrderId)).toMatchObject({ status: 'cancelled' });
    expect(await broker.account()).toMatchObject({ marginUsedQuote: '0', availableQuote: '10000' });
  });

  it('fills no more of a bar than its share of the volume', async () => {
    const { broker, send, bar } = openPaperDesk({ volumeBase: 10 });
    const order = await send({ ...BID, quantityBase: '1.5' });
    await bar([100, 100, 97, 97]);
    expect(await broker.findOrder(BTC, order.clientOrderId)).toMatchObject({
      status: 'partially_filled',
      filledBase: '1',
    });
    await bar([97, 97, 96, 97]);
    expect(await broker.findOrder(BTC, order.clientOrderId)).toMatchObject({ status: 'filled' });
    expect((await fillsOf(broker))[1]?.priceQuote, 'never outside its bar').toBe('97');
  });

  it('is stopped out in the bar it fills in when its stop lies in that bar too', async () => {
    const { broker, send, bar } = openPaperDesk();
    await send(BID);
    await send(stopAt('97'));
    await bar([100, 100, 96.5, 99]);
    expect(await broker.positions()).toEqual([]);
    expect((await fillsOf(broker)).map((fill) => [fill.purpose, fill.priceQuote])).toEqual([
      ['entry', '98'],
      ['stop', '97'],
    ]);
  });

  it('does not reach its target in the bar it fills in, since the high may have come first', async () => {
    const { broker, send, bar } = openPaperDesk();
    await send(BID);
    await send(targetAt('103'));
    await bar([100, 104, 97.5, 99]);
    expect(await broker.positions()).toHaveLength(1);
    await bar([99, 103, 99, 101]);
    expect(await broker.positions()).toEqual([]);
  });

  it('that would close a position does not do so in the bar the position was opened inside', async () => {
    const { broker, send, bar } = openPaperDesk();
    await send(BID);
    await send({ type: 'limit', side: 'sell', priceQuote: '102' });
    await bar([100, 103, 97, 100]);
    expect(await broker.positions()).toMatchObject([{ side: 'long', quantityBase: '1' }]);
  });

  it('comes back as it is when it is cancelled after its end', async () => {
    const { broker, send, bar } = openPaperDesk();
    const order = await send(BID);
    await bar([100, 100, 97, 97]);
    const filled = await broker.findOrder(BTC, order.clientOrderId);
    expect(await broker.cancel(BTC, order.clientOrderId)).toEqual(filled);
    expect(filled?.status).toBe('filled');
  });

  it('that is unknown cannot be cancelled', async () => {
    const { broker } = openPaperDesk();
    expect(await failureOf(broker.cancel(BTC, 'nobody'))).toBe(
      'order_not_found: there is no order nobody in BTC/USDT:USDT',
    );
  });
});

describe('a limit order that crosses', () => {
  const WIDE = { settings: { halfSpreadFraction: 0.001, impactFraction: 0.1 } };

  it('takes at once, as taker, no more than its limit allows, and rests with the remainder', async () => {
    const { broker, send } = openPaperDesk(WIDE);
    const order = await send({ type: 'limit', priceQuote: '100.3', quantityBase: '50' });
    expect(order).toMatchObject({ status: 'partially_filled', filledBase: '20', averagePriceQuote: '100.3' });
    expect((await fillsOf(broker))[0]?.liquidity).toBe('taker');
  });

  it('loses the remainder when it is ioc', async () => {
    const { send } = openPaperDesk(WIDE);
    const order = await send({ type: 'limit', priceQuote: '100.3', quantityBase: '50', timeInForce: 'ioc' });
    expect(order).toMatchObject({ status: 'cancelled', filledBase: '20' });
  });

  it('is cancelled unfilled when it is ioc and does not reach the other side', async () => {
    const { send } = openPaperDesk(WIDE);
    const order = await send({ type: 'limit', priceQuote: '100', timeInForce: 'ioc' });
    expect(order).toMatchObject({ status: 'cancelled', filledBase: '0' });
  });

  it('is rejected when it is post_only, and rests one tick lower', async () => {
    const { send } = openPaperDesk(WIDE);
    const postOnly = { type: 'limit', timeInForce: 'post_only' } as const;
    expect(await failureOf(send({ ...postOnly, priceQuote: '100.1' }))).toBe(
      'order_rejected: post_only buy at 100.1 would take: BTC/USDT:USDT is at 100',
    );
    expect(await send({ ...postOnly, priceQuote: '100' })).toMatchObject({ status: 'pending' });
  });
});
