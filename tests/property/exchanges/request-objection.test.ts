import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, decimalText } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { OrderRequest } from '#domain/order.ts';
import { requestObjection } from '#exchanges/request-objection.ts';

const SYMBOL = 'BTC/USDT:USDT';

const steps = fc.constantFrom('0.00001', '0.001', '0.1', '0.25', '1', '5');
const units = fc.integer({ min: 1, max: 1_000_000 });

/** An order on the steps of its instrument, of any type, with all that type needs. */
const sound = fc
  .record({
    tick: steps,
    step: steps,
    priceUnits: units,
    quantityUnits: units,
    type: fc.constantFrom<OrderRequest['type']>('market', 'limit', 'stop_market', 'take_profit_market'),
    isPostOnly: fc.boolean(),
  })
  .map(({ tick, step, priceUnits, quantityUnits, type, isPostOnly }) => {
    const price = decimalText(decimal(tick).times(priceUnits));
    const instrument = {
      symbol: SYMBOL,
      tickSizeQuote: tick,
      quantityStepBase: step,
      maxQuantityBase: decimalText(decimal(step).times(1_000_000)),
    } as Instrument;
    const isConditional = type === 'stop_market' || type === 'take_profit_market';
    const order: OrderRequest = {
      ...{ clientOrderId: 'v-1', symbol: SYMBOL, side: 'buy', type, purpose: 'entry', leverage: 1 },
      quantityBase: decimalText(decimal(step).times(quantityUnits)),
      priceQuote: type === 'limit' ? price : null,
      triggerPriceQuote: isConditional ? price : null,
      reduceOnly: isConditional,
      timeInForce: isPostOnly && type === 'limit' ? 'post_only' : 'gtc',
    };
    return { order, instrument };
  });

const half = (step: string) => decimal(step).div(2);

describe('an order as it is written', () => {
  it('has nothing against it when it lies on the steps and has what its type needs', () => {
    fc.assert(
      fc.property(sound, ({ order, instrument }) => {
        expect(requestObjection(order, instrument)).toBeNull();
      }),
    );
  });

  it('is objected to by name, value and step when it lies between steps', () => {
    fc.assert(
      fc.property(sound, ({ order, instrument }) => {
        const quantityBase = decimalText(decimal(order.quantityBase).plus(half(instrument.quantityStepBase)));
        expect(requestObjection({ ...order, quantityBase }, instrument)).toBe(
          `quantity ${quantityBase} of ${SYMBOL} is not a multiple of the step ${instrument.quantityStepBase}`,
        );
        const price = order.priceQuote ?? order.triggerPriceQuote;
        if (price === null) return;
        const off = decimalText(decimal(price).plus(half(instrument.tickSizeQuote)));
        const moved = order.priceQuote === null ? { triggerPriceQuote: off } : { priceQuote: off };
        expect(requestObjection({ ...order, ...moved }, instrument)).toBe(
          `price ${off} of ${SYMBOL} is not a multiple of the tick ${instrument.tickSizeQuote}`,
        );
      }),
    );
  });

  it('is objected to when it is nothing, less than nothing, or more than the maximum', () => {
    fc.assert(
      fc.property(sound, ({ order, instrument }) => {
        const tooMuch = decimalText(decimal(instrument.maxQuantityBase).plus(instrument.quantityStepBase));
        for (const [quantityBase, words] of [
          ['0', 'must be positive'],
          [`-${order.quantityBase}`, 'must be positive'],
          [tooMuch, `exceeds the maximum ${instrument.maxQuantityBase}`],
        ] as const)
          expect(requestObjection({ ...order, quantityBase }, instrument)).toBe(
            `quantity ${quantityBase} of ${SYMBOL} ${words}`,
          );
      }),
    );
  });

  it('is objected to when it has a price its type does not take, or lacks the one it needs', () => {
    fc.assert(
      fc.property(sound, ({ order, instrument }) => {
        const price = instrument.tickSizeQuote;
        const swapped = { priceQuote: order.priceQuote === null ? price : null };
        expect(requestObjection({ ...order, ...swapped }, instrument)).toMatch(/limit price$/);
        const triggered = { triggerPriceQuote: order.triggerPriceQuote === null ? price : null };
        expect(requestObjection({ ...order, ...triggered }, instrument)).toMatch(/trigger price$/);
      }),
    );
  });
});
