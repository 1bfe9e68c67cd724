import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderPurpose } from '#domain/order.ts';
import { dialectOf } from '#exchanges/ccxt/dialects/dialect-of.ts';
import { clientOrderId } from '#tools/orders/client-order-id.ts';

const identity = fc.record({
  runId: fc.uuid(),
  symbol: fc.constantFrom('BTC/USDT:USDT' as const, 'DOGE/USDT:USDT' as const),
  leg: fc.constantFrom(...OrderPurpose.options),
  sequence: fc.nat(100_000),
});
const SHAPES = {
  binanceusdm: /^[.A-Z:/a-z0-9_-]{1,36}$/,
  bybit: /^[A-Za-z0-9_-]{1,36}$/,
  okx: /^[A-Za-z0-9]{1,32}$/,
} as const;
const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.stringMatching(/^[A-Za-z0-9]{1,32}$/),
  fc.stringMatching(/^[Z0-9_.:/-]{1,20}$/),
);

describe.each(Object.entries(SHAPES))('client order ids on %s', (exchangeId, shape) => {
  const { toVenue, toOurs } = dialectOf(exchangeId).clientIds;

  it('have the venue’s shape, and come back as they were', () => {
    fc.assert(
      fc.property(identity, (order) => {
        const own = clientOrderId(order);
        const onTheWire = toVenue(own);
        expect(onTheWire).toMatch(shape);
        expect(toOurs(onTheWire ?? '')).toBe(own);
      }),
    );
  });

  it('are one to one, whoever made them', () => {
    fc.assert(
      fc.property(text, (one) => {
        const onTheWire = toVenue(one);
        if (onTheWire !== null) expect(toOurs(onTheWire)).toBe(one);
        const ours = toOurs(one);
        if (ours !== null) expect(toVenue(ours)).toBe(one);
      }),
    );
  });
});
