import { describe, expect, it } from 'vitest';
import { BTC, fillsOf, openPaperDesk, stopAt, targetAt } from './paper-desk.ts';

const SHORT = { side: 'sell' } as const;
const COVER = { side: 'buy' } as const;

describe('stops and targets', () => {
  it('rest on the venue as pending orders and are seen among the open ones', async () => {
    const { broker, send } = openPaperDesk();
    await send({});
    expect(await send(stopAt('95'))).toMatchObject({ status: 'pending' });
    await send(targetAt('110'));
    expect((await broker.openOrders()).map((order) => order.purpose)).toEqual(['stop', 'target']);
  });

  it.each([
    { side: 'long', entry: {}, stop: stopAt('95'), target: targetAt('105') },
    { side: 'short', entry: SHORT, stop: stopAt('105', COVER), target: targetAt('95', COVER) },
  ])('of a $side: the stop wins in a bar that touches both', async ({ entry, stop, target }) => {
    const { broker, send, bar } = openPaperDesk();
    await send(entry);
    await send(stop);
    await send(target);
    await bar([100, 105, 95, 100]);
    expect(await broker.positions()).toEqual([]);
    expect((await fillsOf(broker))[1]).toMatchObject({ purpose: 'stop', realisedQuote: '-5' });
  });

  it('fire on a touch of the high or the low', async () => {
    const { broker, send, bar } = openPaperDesk();
    await send({});
    await send(targetAt('105'));
    await bar([100, 104.9, 100, 104]);
    expect(await broker.positions()).toHaveLength(1);
    await bar([104, 105, 104, 104]);
    expect((await fillsOf(broker))[1]).toMatchObject({
      purpose: 'target',
      priceQuote: '105',
      liquidity: 'taker',
    });
  });

  it('fill at the open, never at the stop, when the bar opens beyond it', async () => {
    const { broker, send, bar } = openPaperDesk({ settings: { halfSpreadFraction: 0.001 } });
    await send({ leverage: 2 });
    await send(stopAt('95'));
    await bar([90, 96, 89, 96]);
    // 90 less 0.1% is 89.91, down to the tick.
    expect((await fillsOf(broker))[1]?.priceQuote).toBe('89.9');
  });

  it('give a target no better price than its trigger when the bar opens beyond it', async () => {
    const { broker, send, bar } = openPaperDesk();
    await send({});
    await send(targetAt('105'));
    await bar([108, 109, 107, 108]);
    expect((await fillsOf(broker))[1]?.priceQuote).toBe('105');
  });

  it('leave their sibling open, which is cancelled with a reason when it fires on nothing', async () => {
    const { broker, send, bar } = openPaperDesk();
    await send({});
    await send(stopAt('95'));
    const target = await send(targetAt('105'));
    await bar([100, 100, 94, 94]);
    expect((await broker.openOrders()).map((order) => order.purpose)).toEqual(['target']);
    await bar([94, 106, 94, 106]);
    expect(await broker.findOrder(BTC, target.clientOrderId)).toMatchObject({
      status: 'cancelled',
      reason: 'reduce-only: there is no position to reduce',
    });
    expect(await broker.positions()).toEqual([]);
  });

  it('can be placed before the entry they belong to has filled', async () => {
    const { broker, send } = openPaperDesk();
    expect(await send(stopAt('95'))).toMatchObject({ status: 'pending' });
    expect((await broker.account()).marginUsedQuote).toBe('0');
  });

  it('close only the position when they are larger than it', async () => {
    const { broker, send, bar } = openPaperDesk();
    await send({ quantityBase: '1' });
    const stop = await send(stopAt('95', { quantityBase: '3' }));
    await bar([100, 100, 94, 94]);
    expect(await broker.findOrder(BTC, stop.clientOrderId)).toMatchObject({
      status: 'filled',
      quantityBase: '1',
      filledBase: '1',
    });
  });

  it('work on over the following bars when the volume does not carry them', async () => {
    const { broker, send, bar } = openPaperDesk();
    await send({ quantityBase: '10' });
    const stop = await send(stopAt('95', { quantityBase: '10' }));
    await bar([100, 100, 94, 94], 60);
    expect(await broker.findOrder(BTC, stop.clientOrderId)).toMatchObject({
      status: 'partially_filled',
      filledBase: '6',
    });
    await bar([94, 96, 93, 96], 60);
    expect(await broker.findOrder(BTC, stop.clientOrderId)).toMatchObject({ status: 'filled' });
    expect((await fillsOf(broker)).map((fill) => fill.priceQuote)).toEqual(['100', '95', '96']);
  });

  it('protect an entry that is itself a stop order, in the bar it fires in', async () => {
    const { broker, send, bar } = openPaperDesk();
    await send({ type: 'stop_market', triggerPriceQuote: '105' });
    await send(stopAt('98'));
    await bar([100, 106, 99, 106]);
    expect(await broker.positions()).toHaveLength(1);
    await bar([106, 106, 97, 106]);
    await send({ type: 'stop_market', triggerPriceQuote: '108' });
    await send(stopAt('104'));
    await bar([106, 109, 103, 107]);
    expect(await broker.positions()).toEqual([]);
    expect((await fillsOf(broker)).map((fill) => fill.priceQuote)).toEqual(['105', '98', '108', '104']);
  });

  it('stop a breakout entry at the stop, not at the open that came before it', async () => {
    const { broker, send, bar } = openPaperDesk();
    await send({ ...SHORT, type: 'stop_market', triggerPriceQuote: '95' });
    await bar([100, 100, 96, 96]);
    await send(stopAt('98', COVER));
    await bar([99, 99, 94, 97]);
    expect((await fillsOf(broker)).map((fill) => fill.priceQuote)).toEqual(['95', '98']);
  });

  it('fill a breakout entry at the open when the bar opens beyond it', async () => {
    const { broker, send, bar } = openPaperDesk();
    await send({ type: 'stop_market', triggerPriceQuote: '105' });
    await bar([107, 108, 104, 106]);
    expect((await fillsOf(broker)).map((fill) => fill.priceQuote)).toEqual(['107']);
  });

  it('act nearest first: an addition above the stop is stopped out with the rest', async () => {
    const { broker, send, bar } = openPaperDesk();
    await send({ quantityBase: '1' });
    await send({ type: 'limit', priceQuote: '97', quantityBase: '1' });
    await send(stopAt('95', { quantityBase: '2' }));
    await bar([100, 100, 94, 94]);
    expect(await broker.positions()).toEqual([]);
    expect((await fillsOf(broker)).map((fill) => fill.priceQuote)).toEqual(['100', '97', '95']);
  });
});
