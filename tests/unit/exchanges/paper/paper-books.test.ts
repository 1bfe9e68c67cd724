import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#domain/time.ts';
import { PaperBooks } from '#exchanges/paper/paper-books.ts';
import { BTC, ETH, failureOf, fillsOf, openPaperDesk, stopAt } from './paper-desk.ts';

describe('funding', () => {
  it('is paid by longs and received by shorts on the notional at the mark', async () => {
    const { broker, market, send, bar } = openPaperDesk();
    await send({ quantityBase: '2' });
    await send({ symbol: ETH, side: 'sell', quantityBase: '3' });
    await bar([100, 110, 100, 110]);
    market.fund(BTC, 0.0001);
    market.fund(ETH, 0.0001);
    await bar([110, 110, 110, 110]);
    const { fundings } = await broker.activityAfter(null);
    expect(fundings.map((payment) => [payment.symbol, payment.amountQuote, payment.notionalQuote])).toEqual([
      [BTC, '0.022', '220'],
      [ETH, '-0.03', '300'],
    ]);
    expect((await broker.positions()).map((position) => position.fundingQuote)).toEqual(['0.022', '-0.03']);
  });

  it('is not paid for a settlement before the position was opened, nor twice', async () => {
    const { broker, market, send, bar } = openPaperDesk();
    await bar([100, 100, 100, 100]);
    market.fund(BTC, 0.0001);
    await send({});
    await bar([100, 100, 100, 100]);
    expect((await broker.activityAfter(null)).fundings).toEqual([]);
    market.fund(BTC, 0.0001);
    for (let minutes = 0; minutes < 3; minutes += 1) await bar([100, 100, 100, 100]);
    expect((await broker.activityAfter(null)).fundings).toHaveLength(1);
  });
});

describe('activity', () => {
  it('goes on after the cursor without a gap or a repetition', async () => {
    const { broker, send } = openPaperDesk();
    await send({});
    const first = await broker.activityAfter(null);
    expect(first.fills).toHaveLength(1);
    expect(await broker.activityAfter(first.cursor)).toEqual({
      fills: [],
      fundings: [],
      cursor: first.cursor,
    });
    await send({});
    const second = await broker.activityAfter(first.cursor);
    expect(second.fills.map((fill) => fill.clientOrderId)).toEqual(['order-2']);
    expect(await broker.activityAfter(first.cursor), 'asked again after a crash').toEqual(second);
  });

  it('has no cursor before anything has happened', async () => {
    const { broker } = openPaperDesk();
    expect(await broker.activityAfter(null)).toEqual({ fills: [], fundings: [], cursor: null });
  });

  it('keeps all that was never read, and says so when what is asked for is gone', async () => {
    const { broker, send } = openPaperDesk({ settings: { readActivityKept: 2 } });
    for (let orders = 0; orders < 5; orders += 1) await send({});
    const all = await broker.activityAfter(null);
    expect(all.fills).toHaveLength(5);
    await broker.activityAfter(all.cursor);
    expect((await broker.activityAfter('3')).fills).toHaveLength(2);
    expect(await failureOf(broker.activityAfter(null))).toBe(
      'conflict: activity of account desk after 0 is gone: it was read before, and is kept from 4',
    );
    expect(await failureOf(broker.activityAfter('99'))).toMatch(/^request_invalid/);
  });
});

describe('the books', () => {
  it('go on with another broker object as if nothing had happened', async () => {
    const { broker, market, send, bar, reopened } = openPaperDesk();
    await send({ quantityBase: '2' });
    await send(stopAt('95', { quantityBase: '2' }));
    await bar([100, 101, 99, 100]);
    const other = reopened();
    expect(await other.positions()).toEqual(await broker.positions());
    expect(await other.openOrders()).toEqual(await broker.openOrders());
    market.minute({ [BTC]: [100, 100, 94, 94] });
    expect(await other.positions()).toEqual([]);
    expect(await broker.account()).toEqual(await other.account());
  });

  it('are plain JSON that its schema reads back unchanged', async () => {
    const { store, send, bar } = openPaperDesk({ volumeBase: 20 });
    await send({ quantityBase: '3' });
    await send(stopAt('95'));
    await send({ type: 'limit', side: 'sell', priceQuote: '105' });
    await bar([100, 106, 99, 100]);
    const books = await store.transact('desk', async (stored) => ({ books: stored, result: stored }));
    expect(PaperBooks.parse(JSON.parse(JSON.stringify(books)))).toEqual(books);
  });

  it('walk a bar that the market shows late', async () => {
    const { broker, market, send, bar } = openPaperDesk();
    await send({});
    await send(stopAt('95'));
    market.hideFrom(market.clock.nowMs());
    await bar([100, 100, 94, 94]);
    await bar([94, 96, 94, 96]);
    expect(await broker.positions()).toHaveLength(1);
    market.hideFrom(null);
    await bar([96, 96, 96, 96]);
    expect(await broker.positions()).toEqual([]);
  });

  it('stay where they are when the market cannot be read', async () => {
    const { broker, market, send } = openPaperDesk();
    await send({});
    market.minute({});
    const shown = market.data.candles;
    Object.assign(market.data, { candles: () => Promise.reject(new Error('no candles')) });
    await expect(broker.account()).rejects.toThrow('no candles');
    Object.assign(market.data, { candles: shown });
    expect(await broker.positions()).toHaveLength(1);
  });

  it('ask for no candles before another bar can have closed', async () => {
    const { broker, market, send } = openPaperDesk();
    await send({});
    const { candles } = market.asked;
    market.wait(MINUTE_MS / 2);
    await broker.account();
    expect(market.asked.candles).toBe(candles);
  });

  it('do not go back in time', async () => {
    const { market, send, bar, reopened } = openPaperDesk();
    await send({});
    await bar([100, 100, 100, 100]);
    market.wait(-2 * MINUTE_MS);
    expect(await failureOf(reopened().account())).toMatch(/^clock_skew: it is 2026-01-04T23:59/);
  });

  it('say what is wrong when they cannot be read', async () => {
    const { store, reopened } = openPaperDesk();
    await store.transact('desk', async () => ({
      books: { version: 2 } as unknown as PaperBooks,
      result: null,
    }));
    expect(await failureOf(reopened().account())).toMatch(
      /^internal: the paper books of desk cannot be read/,
    );
  });

  it('serve calls that come together one after the other', async () => {
    const { broker, send } = openPaperDesk();
    await Promise.all([send({}), send({}), send({})]);
    expect((await broker.positions())[0]?.quantityBase).toBe('3');
    expect((await fillsOf(broker)).map((fill) => fill.fillId)).toEqual(['desk:f1', 'desk:f2', 'desk:f3']);
  });
});
