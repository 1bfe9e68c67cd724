import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderPurpose, OrderRequest } from '#domain/order.ts';
import { clientOrderId } from '#tools/orders/client-order-id.ts';

const identity = fc.record({
  runId: fc.string({ maxLength: 60 }),
  symbol: fc.constantFrom('BTC/USDT:USDT', 'ETH/USDT:USDT', '1000PEPE/USDT:USDT'),
  leg: fc.constantFrom(...OrderPurpose.options),
  sequence: fc.nat(10_000),
});

describe('client order ids', () => {
  it('fit the schema and are equal exactly when their identities are', () => {
    fc.assert(
      fc.property(identity, identity, (left, right) => {
        const [leftId, rightId] = [clientOrderId(left), clientOrderId(right)];
        expect(OrderRequest.shape.clientOrderId.safeParse(leftId).success).toBe(true);
        const isSame = JSON.stringify(left) === JSON.stringify(right);
        expect(leftId === rightId).toBe(isSame);
        expect(clientOrderId({ ...left })).toBe(leftId);
      }),
    );
  });
});
