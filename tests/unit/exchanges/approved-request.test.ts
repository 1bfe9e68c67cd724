import { expect, it } from 'vitest';
import type { OrderRequest } from '#domain/order.ts';
import type { RiskApproved } from '#domain/risk-approved.ts';
import { sealApproval } from '#domain/seal-approval.ts';
import { approvedRequest } from '#exchanges/approved-request.ts';

const REQUEST: OrderRequest = {
  clientOrderId: 'v-1',
  symbol: 'BTC/USDT:USDT',
  side: 'buy',
  type: 'market',
  purpose: 'entry',
  quantityBase: '0.1',
  priceQuote: null,
  triggerPriceQuote: null,
  reduceOnly: false,
  timeInForce: 'gtc',
  leverage: 5,
};

it('reads an order the gate has sealed', () => {
  expect(approvedRequest(sealApproval({ ...REQUEST }), 'binanceusdm')).toEqual(REQUEST);
});

it.each([
  ['was never sealed', REQUEST as RiskApproved<OrderRequest>],
  ['is a copy of a sealed one', { ...sealApproval({ ...REQUEST }) } as RiskApproved<OrderRequest>],
])('refuses an order that %s', (_what, order) => {
  expect(() => approvedRequest(order, 'binanceusdm')).toThrow(
    expect.objectContaining({ code: 'order_unapproved', message: expect.stringContaining('binanceusdm') }),
  );
});

it('names every field of a sealed order that is malformed', () => {
  const order = sealApproval({ ...REQUEST, quantityBase: 'much', leverage: 0 });
  expect(() => approvedRequest(order, 'binanceusdm')).toThrow(
    expect.objectContaining({
      code: 'order_rejected',
      message: expect.stringMatching(/^order v-1 is malformed: quantityBase: .*; leverage: /),
    }),
  );
});
