import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, decimalText } from '#domain/decimal.ts';
import type { PaperPosition } from '#exchanges/paper/paper-books.ts';
import { increased } from '#exchanges/paper/position-math.ts';
import { BTC, positionOf } from '#tests/support/agent-fixtures.ts';
import { instrumentOf } from '#tests/unit/tools/risk/made-gate.ts';
import { liquidationPrice } from '#tools/risk/prices.ts';

/** An empty position of the paper venue, for its own arithmetic to fill. */
function emptyPosition(side: 'long' | 'short', leverage: number): PaperPosition {
  const {
    entryPriceQuote: _entry,
    markPriceQuote: _mark,
    unrealisedQuote: _open,
    ...told
  } = positionOf(BTC, {
    side,
    leverage,
    quantityBase: '0',
    marginQuote: '0',
    liquidationPriceQuote: null,
  });
  return { ...told, costQuote: '0', fundedToMs: 0 };
}

describe('the gate’s liquidation price', () => {
  it('never lies farther from the entry than the one the paper venue acts on', () => {
    const shapes = fc.record({
      side: fc.constantFrom('long' as const, 'short' as const),
      entryTicks: fc.integer({ min: 1_000, max: 10_000_000 }),
      tickSizeQuote: fc.constantFrom('0.00001', '0.01', '0.1', '1', '25'),
      leverage: fc.integer({ min: 1, max: 50 }),
      takerFeeFraction: fc.constantFrom(0, 0.0004, 0.001),
      maintenanceMarginFraction: fc.constantFrom(0, 0.004, 0.01, 0.025),
      quantity: fc.integer({ min: 1, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(shapes, ({ side, entryTicks, leverage, quantity, ...rest }) => {
        // Such leverage the venue refuses, and no stop fits before its liquidation.
        fc.pre(leverage * rest.maintenanceMarginFraction < 1);
        const instrument = instrumentOf(BTC, rest);
        const entry = decimal(rest.tickSizeQuote).times(entryTicks);
        const venue = increased(
          emptyPosition(side, leverage),
          decimal(quantity).times('0.001'),
          entry,
          instrument,
        );
        const own = liquidationPrice(Number(entry), side, leverage, instrument);
        const theirs = Number(venue.liquidationPriceQuote ?? '0');
        const tolerance = 1e-9 * Number(decimalText(entry));
        expect(side === 'long' ? own >= theirs - tolerance : own <= theirs + tolerance).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
