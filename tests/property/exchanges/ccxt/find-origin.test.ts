import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decimal, decimalText } from '#domain/decimal.ts';
import { findOrigin, type PositionFill } from '#exchanges/ccxt/venue-positions.ts';

const SYMBOL = 'BTC/USDT:USDT';

/** Signed sizes: positive buys. Fills of one instant happen, as on every exchange that matches. */
const fills = fc
  .array(
    fc.record({
      signed: fc.integer({ min: -5, max: 5 }).filter((size) => size !== 0),
      afterMs: fc.constantFrom(0, 1, 60_000),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((trades) => {
    let atMs = 1_000;
    return trades.map(({ signed, afterMs }, index): PositionFill & { signed: number } => {
      atMs += afterMs;
      return {
        signed,
        executionId: String(index + 8),
        side: signed > 0 ? 'buy' : 'sell',
        positionSide: null,
        quantityBase: decimalText(decimal(Math.abs(signed)).div(1_000)),
        feeQuote: '0.01',
        atMs,
      };
    });
  });

/** Forwards, from another direction: where what is held now left flat, or crossed over it. */
function beginningOf(told: readonly { readonly signed: number }[]): { begin: number; held: number } {
  let held = 0;
  let begin = 0;
  told.forEach(({ signed }, index) => {
    const after = held + signed;
    if (held === 0 || Math.sign(after) === -Math.sign(held)) begin = index;
    held = after;
  });
  return { begin, held };
}

it('finds the fill after which a position was last flat, in any order the fills are told', () => {
  fc.assert(
    fc.property(
      fills.chain((told) =>
        fc.record({
          told: fc.constant(told),
          shuffled: fc.shuffledSubarray(told, { minLength: told.length }),
        }),
      ),
      ({ told, shuffled }) => {
        const { begin, held } = beginningOf(told);
        fc.pre(held !== 0);
        const side = held > 0 ? 'long' : 'short';
        const quantityBase = decimalText(decimal(Math.abs(held)).div(1_000));
        const first = told[begin]!;
        expect(findOrigin(shuffled, { symbol: SYMBOL, side, quantityBase })).toEqual({
          positionId: `${SYMBOL}#${first.executionId}`,
          openedAtMs: first.atMs,
          feesQuote: decimalText(decimal('0.01').times(told.length - begin)),
        });
      },
    ),
  );
});

it('finds nothing where the history does not reach back to flat', () => {
  fc.assert(
    fc.property(fills, (told) => {
      const buys = told.map((fill) => ({ ...fill, side: 'buy' as const }));
      const held = buys.reduce((sum, { quantityBase }) => sum.plus(quantityBase), decimal('0.001'));
      const position = { symbol: SYMBOL, side: 'long' as const, quantityBase: decimalText(held) };
      expect(findOrigin(buys, position)).toBeNull();
    }),
  );
});
