import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decimal, decimalText } from '#domain/decimal.ts';
import type { OrderRequest } from '#domain/order.ts';
import { dialectOf } from '#exchanges/ccxt/dialects/dialect-of.ts';
import type { VenueMarket } from '#exchanges/ccxt/market-list.ts';
import { baseOf, contractsOf, orderCall } from '#exchanges/ccxt/venue-order.ts';

const dialect = dialectOf('binanceusdm');

/** A whole number of a venue's steps of contracts, whatever one contract is worth. */
const sizes = fc.record({
  contractSize: fc.constantFrom(1, 0.01, 0.001, 0.0001, 10, 100, 1_000_000),
  contracts: fc
    .tuple(fc.integer({ min: 1, max: 10_000_000 }), fc.constantFrom(1, 0.1, 0.01))
    .map(([units, step]) => Number(decimal(units).times(decimal(step)))),
});

it('turns contracts into units of the base currency and back to the last digit', () => {
  fc.assert(
    fc.property(sizes, ({ contractSize, contracts }) => {
      const market = { symbol: 'BTC/USDT:USDT', contractSize } as VenueMarket;
      const quantityBase = baseOf(contracts, market);
      expect(quantityBase).toBe(decimalText(decimal(contracts).times(decimal(contractSize))));
      expect(Number(contractsOf(quantityBase, market))).toBe(contracts);
      const request = { type: 'market', quantityBase, priceQuote: null, triggerPriceQuote: null };
      expect(orderCall(request as OrderRequest, 'v-1', { dialect, market, isHedged: false }).amount).toBe(
        contracts,
      );
    }),
  );
});
