import type { Order as CcxtOrder } from 'ccxt';
import { describe, expect, it } from 'vitest';
import { Order, type OrderRequest } from '#domain/order.ts';
import { dialectOf } from '#exchanges/ccxt/dialects/dialect-of.ts';
import type { VenueMarket } from '#exchanges/ccxt/market-list.ts';
import { baseOf, clientIdOf, contractsOf, orderCall, orderOf } from '#exchanges/ccxt/venue-order.ts';

const SYMBOL = 'BTC/USDT:USDT';
const dialect = dialectOf('binanceusdm');
const MARKET = { symbol: SYMBOL, contractSize: 1 } as VenueMarket;
const HUNDREDTHS = { symbol: SYMBOL, contractSize: 0.01 } as VenueMarket;

function request(changes: Partial<OrderRequest> = {}): OrderRequest {
  return {
    clientOrderId: 'v-1',
    symbol: SYMBOL,
    side: 'buy',
    type: 'market',
    purpose: 'entry',
    quantityBase: '0.3',
    priceQuote: null,
    triggerPriceQuote: null,
    reduceOnly: false,
    timeInForce: 'gtc',
    leverage: 5,
    ...changes,
  };
}

const EXIT = { side: 'sell', reduceOnly: true } as const;
const STOP = { ...EXIT, type: 'stop_market', purpose: 'stop', triggerPriceQuote: '49000.1' } as const;
const TARGET = {
  ...EXIT,
  type: 'take_profit_market',
  purpose: 'target',
  triggerPriceQuote: '52000',
} as const;

describe('an order of ours', () => {
  const MARK = { workingType: 'MARK_PRICE' };
  it.each<[string, Partial<OrderRequest>, object]>([
    ['market entry', {}, { type: 'market', price: undefined, params: {} }],
    ['exit', EXIT, { type: 'market', params: { reduceOnly: true } }],
    [
      'limit entry',
      { type: 'limit', priceQuote: '50000.5' },
      { type: 'limit', price: 50_000.5, params: { timeInForce: 'GTC' } },
    ],
    [
      'immediate limit entry',
      { type: 'limit', priceQuote: '50000', timeInForce: 'ioc' },
      { type: 'limit', params: { timeInForce: 'IOC' } },
    ],
    [
      'resting limit entry',
      { type: 'limit', priceQuote: '50000', timeInForce: 'post_only' },
      { type: 'limit', params: { timeInForce: 'PO' } },
    ],
    ['stop', STOP, { type: 'market', params: { reduceOnly: true, stopLossPrice: 49_000.1, ...MARK } }],
    ['target', TARGET, { type: 'market', params: { reduceOnly: true, takeProfitPrice: 52_000, ...MARK } }],
  ])('is called as a %s, with its own id', (_what, changes, expected) => {
    const call = orderCall(request(changes), 'v-1', { dialect, market: MARKET, isHedged: false });
    expect(call).toMatchObject({ amount: 0.3, ...expected });
    expect(call.params).toEqual({ clientOrderId: 'v-1', ...(expected as { params: object }).params });
  });

  it('says so on an account that keeps long and short apart', () => {
    const call = orderCall(request(STOP), 'v-1', { dialect, market: MARKET, isHedged: true });
    expect(call.params).toMatchObject({ hedged: true, reduceOnly: true });
  });

  it('is counted in contracts, to the last digit', () => {
    const facts = { dialect, market: HUNDREDTHS, isHedged: false };
    expect(orderCall(request({ quantityBase: '0.07' }), 'v-1', facts).amount).toBe(7);
    expect(contractsOf('0.29', HUNDREDTHS)).toBe('29');
    expect(baseOf(29, HUNDREDTHS)).toBe('0.29');
  });
});

function told(changes: object = {}): CcxtOrder {
  const order = { id: '77', clientOrderId: 'v-1', symbol: SYMBOL, side: 'buy', type: 'market', amount: 3 };
  return {
    ...order,
    filled: 0,
    status: 'open',
    timestamp: 1_000,
    info: {},
    ...changes,
  } as unknown as CcxtOrder;
}

const read = (changes: object = {}, market = MARKET) =>
  orderOf(told(changes), { dialect, market, leverage: 5, nowMs: 9_000 });

describe('an order of the venue’s', () => {
  it.each([
    [{ status: 'open' }, 'pending'],
    [{ status: 'open', filled: 1 }, 'partially_filled'],
    [{ status: 'closed', filled: 3 }, 'filled'],
    [{ status: 'canceled', filled: 1 }, 'cancelled'],
    [{ status: 'canceled', filled: 3 }, 'filled'],
    [{ status: 'expired' }, 'cancelled'],
    [{ status: 'rejected' }, 'rejected'],
    [{ status: undefined }, 'pending'],
  ])('told as %j is %s', (changes, status) => {
    expect(read(changes).status).toBe(status);
  });

  it.each([
    ['a stop', { stopLossPrice: 49_000, info: { orderType: 'STOP_MARKET' } }, 'stop_market', 'stop'],
    [
      'a target',
      { triggerPrice: 52_000, info: { orderType: 'TAKE_PROFIT_MARKET' } },
      'take_profit_market',
      'target',
    ],
    [
      'a trailing stop',
      { type: 'trailing_stop_market', info: { type: 'TRAILING_STOP_MARKET' } },
      'trailing_stop',
      'exit',
    ],
    ['what a stop became', { info: { type: 'MARKET', origType: 'STOP_MARKET' } }, 'stop_market', 'stop'],
    ['a reducing limit', { type: 'limit', price: 51_000 }, 'limit', 'exit'],
  ])('is known for %s', (_what, changes, type, purpose) => {
    expect(read({ side: 'sell', reduceOnly: true, ...changes })).toMatchObject({ type, purpose });
  });

  it('tells of a trailing stop how it trails and no trigger, also when it tells little', () => {
    const info = { orderType: 'TRAILING_STOP_MARKET', callbackRate: '0.5', activatePrice: '51000.00' };
    const told = { side: 'sell', reduceOnly: true } as const;
    expect(read({ ...told, info })).toMatchObject({
      triggerPriceQuote: null,
      trail: { callbackFraction: 0.005, activationPriceQuote: '51000' },
    });
    expect(read({ ...told, info: { ...info, activatePrice: '0.00' } }).trail).toEqual({
      callbackFraction: 0.005,
      activationPriceQuote: null,
    });
    const silent = read({ ...told, type: 'trailing_stop_market', info: {} });
    expect(Order.parse(silent)).toMatchObject({ type: 'trailing_stop', triggerPriceQuote: null });
    expect(silent.trail).toBeUndefined();
  });

  it.each([
    [{ reduceOnly: true }, true],
    [{ info: { closePosition: 'true' } }, true],
    [{ side: 'sell', info: { positionSide: 'LONG' } }, true],
    [{ side: 'buy', info: { positionSide: 'SHORT' } }, true],
    [{ side: 'buy', info: { positionSide: 'LONG' } }, false],
    [{ side: 'sell', info: { positionSide: 'BOTH' } }, false],
  ])('told as %j reduces: %s', (changes, reduceOnly) => {
    expect(read(changes).reduceOnly).toBe(reduceOnly);
  });

  it('is counted in units of the base currency', () => {
    const order = read({ amount: 29, filled: 7, average: 50_000.5 }, HUNDREDTHS);
    expect(order).toMatchObject({ quantityBase: '0.29', filledBase: '0.07', averagePriceQuote: '50000.5' });
  });

  it('has an id of at most 36 characters, made of the venue’s where nobody gave one', () => {
    expect(read({ clientOrderId: undefined }).clientOrderId).toBe('venue-77');
    expect(clientIdOf({ clientOrderId: 'x'.repeat(40), id: '1' }, dialect)).toHaveLength(36);
  });

  it('without a time of its own has the present one', () => {
    expect(read({ timestamp: undefined })).toMatchObject({ createdAtMs: 9_000, updatedAtMs: 9_000 });
  });
});
