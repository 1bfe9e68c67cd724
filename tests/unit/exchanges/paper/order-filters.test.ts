import { describe, expect, it } from 'vitest';
import type { OrderRequest } from '#domain/order.ts';
import { BTC, failureOf, instrumentOf, openPaperDesk, stopAt, targetAt } from './paper-desk.ts';

const LIMIT = { type: 'limit', priceQuote: '98' } as const;

const REFUSED: readonly { order: Partial<OrderRequest>; because: string }[] = [
  {
    order: { quantityBase: '0.0005' },
    because: 'quantity 0.0005 of BTC/USDT:USDT is not a multiple of the step 0.001',
  },
  { order: { quantityBase: '0.002' }, because: 'quantity 0.002 of BTC/USDT:USDT is under the minimum 0.01' },
  { order: { quantityBase: '501' }, because: 'quantity 501 of BTC/USDT:USDT exceeds the maximum 500' },
  { order: { quantityBase: '0' }, because: 'quantity 0 of BTC/USDT:USDT must be positive' },
  { order: { quantityBase: '-1' }, because: 'quantity -1 of BTC/USDT:USDT must be positive' },
  { order: { quantityBase: '0.04' }, because: 'notional 4 of BTC/USDT:USDT is under the minimum 5' },
  { order: { leverage: 51 }, because: 'leverage 51 exceeds the limit 50 for BTC/USDT:USDT' },
  {
    order: { ...LIMIT, priceQuote: '98.05' },
    because: 'price 98.05 of BTC/USDT:USDT is not a multiple of the tick 0.1',
  },
  { order: { ...LIMIT, priceQuote: '0' }, because: 'price 0 of BTC/USDT:USDT must be positive' },
  { order: { type: 'limit' }, because: 'a limit order needs a limit price' },
  { order: { priceQuote: '98' }, because: 'a market order has no limit price' },
  { order: { type: 'stop_market' }, because: 'a stop_market order needs a trigger price' },
  { order: { timeInForce: 'post_only' }, because: 'post_only is for limit orders, not for market' },
  {
    order: { side: 'sell', reduceOnly: true },
    because: 'reduce-only sell of 1 BTC/USDT:USDT: there is no position it could reduce',
  },
  {
    order: stopAt('100'),
    because: 'the sell stop_market at 100 would fire at once: BTC/USDT:USDT is at 100',
  },
  {
    order: targetAt('99'),
    because: 'the sell take_profit_market at 99 would fire at once: BTC/USDT:USDT is at 100',
  },
];

describe('the venue’s filters', () => {
  it.each(REFUSED)('reject an order because $because', async ({ order, because }) => {
    const { broker, send } = openPaperDesk({ instruments: [instrumentOf(BTC, { minQuantityBase: '0.01' })] });
    expect(await failureOf(send(order))).toBe(`order_rejected: ${because}`);
    expect(await broker.openOrders()).toEqual([]);
    expect((await broker.account()).balanceQuote).toBe('10000');
    expect(await broker.findOrder(BTC, 'order-1')).toMatchObject({ status: 'rejected', reason: because });
  });

  it('reject leverage that maintenance margin would liquidate at once', async () => {
    const { send } = openPaperDesk({ instruments: [instrumentOf(BTC, { maintenanceMarginFraction: 0.02 })] });
    expect(await failureOf(send({ leverage: 50 }))).toBe(
      'order_rejected: leverage 50 leaves nothing over the maintenance margin 0.02 for BTC/USDT:USDT',
    );
  });

  it('reject another leverage than the position on that side has', async () => {
    const { send } = openPaperDesk();
    await send({ leverage: 10 });
    expect(await failureOf(send({ leverage: 5 }))).toBe(
      'order_rejected: leverage 5 differs from 10, at which BTC/USDT:USDT has a position or an order: end it first',
    );
  });

  it('let a reduce-only order close what is left under every minimum, at any leverage', async () => {
    const instruments = [instrumentOf(BTC, { minQuantityBase: '0.1', minNotionalQuote: '20' })];
    const { broker, send } = openPaperDesk({ instruments });
    await send({ quantityBase: '0.21' });
    await send({ side: 'sell', reduceOnly: true, quantityBase: '0.2', leverage: 100 });
    await send({ side: 'sell', reduceOnly: true, quantityBase: '0.01', leverage: 100 });
    expect(await broker.positions()).toEqual([]);
  });
});
