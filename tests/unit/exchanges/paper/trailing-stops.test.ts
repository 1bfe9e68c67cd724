import { describe, expect, it } from 'vitest';
import type { OrderRequest } from '#domain/order.ts';
import { BTC, openPaperDesk, stopAt } from './paper-desk.ts';

const trailing = (callbackFraction: number, over: Partial<OrderRequest> = {}): Partial<OrderRequest> => ({
  ...{ type: 'trailing_stop', purpose: 'exit', side: 'sell', reduceOnly: true, quantityBase: '1' },
  trail: { callbackFraction, activationPriceQuote: null },
  ...over,
});

/** Long 1 BTC from 100, with a trailing stop 2% behind the price. */
async function following(over: Partial<OrderRequest> = {}) {
  const desk = openPaperDesk();
  await desk.send({ quantityBase: '1', leverage: 5 });
  const order = await desk.send(trailing(0.02, over));
  const filledAt = async () =>
    (await desk.broker.findOrder(BTC, order.clientOrderId))?.averagePriceQuote ?? null;
  return { ...desk, filledAt };
}

describe('a trailing stop on paper', () => {
  it('fires inside one bar on the way from its high to its close', async () => {
    const { bar, filledAt } = await following();
    // 110 × 0.98 = 107.8
    await bar([100, 110, 99, 106]);
    expect(await filledAt()).toBe('107.8');
  });

  it('meets the bad end of a bar before it follows to the good one', async () => {
    const { bar, filledAt } = await following();
    await bar([100, 110, 97.5, 110]);
    expect(await filledAt()).toBe('98');
  });

  it('fills where the price comes from when that has left a gap over its trigger', async () => {
    const { bar, filledAt } = await following();
    await bar([105, 105, 104, 105]);
    expect(await filledAt()).toBeNull();
    await bar([95, 96, 94, 95]);
    expect(await filledAt()).toBe('95');
  });

  it('never comes back from the best price it has seen', async () => {
    const { bar, filledAt } = await following();
    for (const price of [104, 103, 102.5]) await bar([price, price, price, price]);
    expect(await filledAt()).toBeNull();
    // 104 × 0.98 = 101.92
    await bar([102, 102, 101.9, 102]);
    expect(await filledAt()).toBe('101.9');
  });

  it('does not follow before its activation price, and begins at that very bar', async () => {
    const { bar, filledAt } = await following({
      trail: { callbackFraction: 0.02, activationPriceQuote: '105' },
    });
    await bar([100, 104.9, 96, 97]);
    expect(await filledAt()).toBeNull();
    await bar([97, 105, 97, 102.9]);
    expect(await filledAt()).toBe('102.9');
  });

  it('follows on a book that was written and read again', async () => {
    const { bar, reopened, broker } = await following();
    await bar([104, 104, 104, 104]);
    expect(await reopened().openOrders()).toEqual(await broker.openOrders());
  });

  it('leaves the stop beside it to whoever put it there', async () => {
    const { bar, send, broker } = await following();
    const stop = await send({ ...stopAt('97'), quantityBase: '1' });
    await bar([100, 110, 100, 106]);
    expect(await broker.positions()).toEqual([]);
    expect((await broker.openOrders()).map(({ clientOrderId }) => clientOrderId)).toEqual([
      stop.clientOrderId,
    ]);
  });
});
