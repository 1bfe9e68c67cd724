import { describe, expect, it } from 'vitest';
import { BTC, failureOf, fillsOf, instrumentOf, openPaperDesk, requestOf, stopAt } from './paper-desk.ts';

const EXIT = { side: 'sell', purpose: 'exit', reduceOnly: true } as const;

describe('market orders', () => {
  it('fill at once at the last closed close, slipped by half the spread and rounded against us', async () => {
    const { send } = openPaperDesk({ settings: { halfSpreadFraction: 0.0005 } });
    expect(await send({})).toMatchObject({ status: 'filled', averagePriceQuote: '100.1' });
    expect(await send(EXIT)).toMatchObject({ status: 'filled', averagePriceQuote: '99.9' });
  });

  it('pay more for each part of a bar that was taken before, so that cutting an order saves nothing', async () => {
    const { send } = openPaperDesk({ settings: { impactFraction: 0.1 } });
    expect((await send({ quantityBase: '40' })).averagePriceQuote).toBe('100.4');
    expect((await send({ quantityBase: '40' })).averagePriceQuote).toBe('100.8');
  });

  it('fill over the following bars when they are larger than a tenth of the volume', async () => {
    const { broker, send, bar } = openPaperDesk({ volumeBase: 20 });
    const sent = await send({ quantityBase: '5' });
    expect(sent).toMatchObject({ status: 'partially_filled', filledBase: '2' });
    await bar([100, 101, 100, 101]);
    expect(await broker.findOrder(BTC, sent.clientOrderId)).toMatchObject({
      status: 'partially_filled',
      filledBase: '4',
    });
    await bar([101, 102, 101, 102]);
    const done = await broker.findOrder(BTC, sent.clientOrderId);
    expect(done).toMatchObject({ status: 'filled', filledBase: '5', averagePriceQuote: '100.8' });
    expect((await fillsOf(broker)).map((fill) => fill.priceQuote)).toEqual(['100', '101', '102']);
  });

  it('wait as pending when the bar had no volume', async () => {
    const { broker, send, bar } = openPaperDesk({ volumeBase: 0 });
    expect(await send({})).toMatchObject({ status: 'pending', filledBase: '0' });
    await bar([100, 100, 100, 100], 50);
    expect(await broker.positions()).toHaveLength(1);
  });

  it('lose their rest at once when they are ioc', async () => {
    const { send } = openPaperDesk({ volumeBase: 20 });
    const order = await send({ quantityBase: '5', timeInForce: 'ioc' });
    expect(order).toMatchObject({ status: 'cancelled', filledBase: '2' });
  });

  it('average the entry over additions and keep it over reductions', async () => {
    const { broker, send, bar } = openPaperDesk();
    await send({ quantityBase: '1' });
    await bar([100, 110, 100, 110]);
    await send({ quantityBase: '2' });
    await send({ ...EXIT, quantityBase: '1.5' });
    const [position] = await broker.positions();
    expect(position).toMatchObject({ quantityBase: '1.5', entryPriceQuote: '106.666666666667' });
    expect((await fillsOf(broker))[2]?.realisedQuote).toBe('5');
  });

  it('turn the position when they are larger, as one fill that closes and one that opens', async () => {
    const { broker, send, bar } = openPaperDesk();
    await send({ quantityBase: '1' });
    const [long] = await broker.positions();
    await bar([100, 110, 100, 110]);
    const order = await send({ side: 'sell', quantityBase: '3', leverage: 5 });
    expect(order).toMatchObject({ status: 'filled', filledBase: '3', feesQuote: '0.165' });
    const [position] = await broker.positions();
    expect(position).toMatchObject({ side: 'short', quantityBase: '2', leverage: 5, marginQuote: '44' });
    expect(position?.positionId).not.toBe(long?.positionId);
    const fills = (await fillsOf(broker)).slice(1);
    expect(fills.map((fill) => [fill.quantityBase, fill.realisedQuote, fill.feeQuote])).toEqual([
      ['1', '10', '0.055'],
      ['2', '0', '0.11'],
    ]);
  });

  it('close no more than the position when they are reduce-only', async () => {
    const { broker, send } = openPaperDesk();
    await send({ quantityBase: '1' });
    const exit = await send({ ...EXIT, quantityBase: '4' });
    expect(exit).toMatchObject({ status: 'filled', quantityBase: '1', filledBase: '1' });
    expect(exit.reason).toBe('reduce-only: cut from 4 to the position, 1');
    expect(await broker.positions()).toEqual([]);
  });

  it('cancel the rest of an exit whose position has been closed otherwise', async () => {
    const { broker, send, bar } = openPaperDesk({ volumeBase: 20 });
    await send({ quantityBase: '2' });
    await bar([100, 100, 100, 100], 10);
    const slow = await send({ ...EXIT, quantityBase: '2' });
    expect(slow).toMatchObject({ status: 'partially_filled', filledBase: '1' });
    await send({ ...EXIT, type: 'limit', priceQuote: '101', quantityBase: '1' });
    await bar([100, 102, 100, 100], 10);
    expect(await broker.findOrder(BTC, slow.clientOrderId)).toMatchObject({
      status: 'cancelled',
      filledBase: '1',
      reason: 'reduce-only: its position has gone',
    });
  });

  it('are refused with both numbers when the margin is short', async () => {
    const { broker, send } = openPaperDesk({ startingBalanceQuote: '50' });
    const failure = await failureOf(send({ quantityBase: '6' }));
    expect(failure).toBe('order_rejected: margin and fee of 60.3 needed for BTC/USDT:USDT, 50 available');
    expect(await broker.positions()).toEqual([]);
    expect(await broker.findOrder(BTC, 'order-1')).toMatchObject({ status: 'rejected' });
  });

  it('lose their rest when losses have eaten the margin they were to use', async () => {
    const { broker, send, bar } = openPaperDesk({ startingBalanceQuote: '41', volumeBase: 20 });
    const order = await send({ quantityBase: '4' });
    expect(order).toMatchObject({ status: 'partially_filled', filledBase: '2' });
    await bar([100, 115, 100, 115]);
    const ended = await broker.findOrder(BTC, order.clientOrderId);
    expect(ended).toMatchObject({ status: 'cancelled', filledBase: '2' });
    expect(ended?.reason).toBe('margin and fee of 23.115 needed for BTC/USDT:USDT, 20.9 available');
  });
});

describe('the client order id', () => {
  it('is refused a second time, even when its order has ended', async () => {
    const { broker, send } = openPaperDesk();
    await send({ clientOrderId: 'same' });
    await send({ ...EXIT });
    const before = await broker.account();
    expect(await failureOf(send({ clientOrderId: 'same' }))).toBe(
      'order_duplicate: client order id same was used before on this account',
    );
    expect(await broker.account()).toEqual(before);
  });

  it('stays known when its order is no longer kept, and is never said to be unseen', async () => {
    const { broker, send } = openPaperDesk({ settings: { finishedOrdersKept: 2 } });
    for (const clientOrderId of ['first', 'second', 'third']) await send({ clientOrderId });
    expect(await failureOf(send({ clientOrderId: 'first' }))).toMatch(/^order_duplicate/);
    expect(await failureOf(broker.findOrder(BTC, 'first'))).toMatch(
      /^conflict: order first finished long ago/,
    );
    expect(await broker.findOrder(BTC, 'second')).toMatchObject({ status: 'filled' });
    expect(await broker.findOrder(BTC, 'never')).toBeNull();
  });

  it('is forgotten so many finished orders later, so that the books do not grow for ever', async () => {
    const { broker, store, send } = openPaperDesk({
      settings: { finishedOrdersKept: 2, finishedClientIdsKept: 4 },
    });
    for (let order = 1; order <= 9; order += 1) await send({ clientOrderId: `o${order}` });
    expect(await failureOf(send({ clientOrderId: 'o6' }))).toMatch(/^order_duplicate/);
    expect(await broker.findOrder(BTC, 'o5')).toBeNull();
    const books = await store.transact('desk', async (stored) => ({ books: stored, result: stored }));
    expect(books?.usedClientIds).toHaveLength(4);
  });

  it('of an order that works on is never forgotten, and counts as new once it ends', async () => {
    const { broker, send } = openPaperDesk({
      settings: { finishedOrdersKept: 1, finishedClientIdsKept: 2 },
    });
    await send({ clientOrderId: 'entry' });
    await send(stopAt('50', { clientOrderId: 'stop' }));
    for (let order = 1; order <= 5; order += 1) await send({ clientOrderId: `o${order}` });
    expect(await failureOf(send({ clientOrderId: 'stop' }))).toMatch(/^order_duplicate/);
    await broker.cancel(BTC, 'stop');
    await send({ clientOrderId: 'last' });
    expect(await failureOf(send({ clientOrderId: 'stop' }))).toMatch(/^order_duplicate/);
    expect(await failureOf(broker.findOrder(BTC, 'stop'))).toMatch(/^conflict/);
  });
});

describe('an order without the approval of the gate', () => {
  it('is refused and changes nothing', async () => {
    const { broker } = openPaperDesk();
    const before = await broker.account();
    // @ts-expect-error an unapproved order does not compile
    const call = broker.submit(requestOf({ clientOrderId: 'bare' }));
    expect(await failureOf(call)).toMatch(/^order_unapproved/);
    expect(await broker.account()).toEqual(before);
    expect(await broker.findOrder(BTC, 'bare')).toBeNull();
  });
});

describe('a symbol', () => {
  it('without a recent bar takes no order', async () => {
    const { market, send } = openPaperDesk();
    market.hideFrom(0);
    expect(await failureOf(send({}))).toBe(
      'order_rejected: BTC/USDT:USDT has no recent closed bar to price an order at',
    );
  });

  it('of another currency or market takes no order', async () => {
    const instruments = [instrumentOf(BTC), instrumentOf('BTC/USDC:USDC')];
    const { send } = openPaperDesk({ instruments });
    expect(await failureOf(send({ symbol: 'BTC/USDC:USDC' }))).toMatch(/not settled in USDT/);
    expect(await failureOf(send({ symbol: 'XRP/USDT:USDT' }))).toMatch(/does not offer XRP/);
  });
});
