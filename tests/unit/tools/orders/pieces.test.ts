import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, sumDecimals } from '#domain/decimal.ts';
import { piecesOf } from '#tools/orders/pieces.ts';

const limits = (maxQuantityBase: string, quantityStepBase = '0.001') => ({
  maxQuantityBase,
  quantityStepBase,
});

describe('a quantity cut to what a venue takes at once', () => {
  it('is one piece up to the maximum, and where no maximum is known', () => {
    expect(piecesOf('120', limits('120'))).toEqual(['120']);
    expect(piecesOf('120', undefined)).toEqual(['120']);
    expect(piecesOf('120', limits('0'))).toEqual(['120']);
  });

  it('is as few pieces of nearly one size as the maximum allows', () => {
    expect(piecesOf('300', limits('120'))).toEqual(['100', '100', '100']);
    expect(piecesOf('120.001', limits('120'))).toEqual(['60.001', '60']);
    expect(piecesOf('10', limits('3', '1'))).toEqual(['3', '3', '2', '2']);
    expect(piecesOf('7', limits('3.5', '1'))).toEqual(['3', '2', '2']);
  });

  it('adds up to the quantity, on steps, with no piece over the maximum, and stays itself as its pieces fill', () => {
    const steps = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 20 }), fc.nat(), (held, cut, which) => {
        const quantity = decimal(held).times('0.001').toFixed();
        const largest = decimal(Math.max(1, Math.ceil(held / cut)))
          .times('0.001')
          .toFixed();
        const pieces = piecesOf(quantity, limits(largest));
        expect(sumDecimals(pieces).toFixed()).toBe(quantity);
        for (const piece of pieces) {
          expect(decimal(piece).gt(0) && decimal(piece).lte(largest)).toBe(true);
          expect(decimal(piece).mod('0.001').eq(0)).toBe(true);
        }
        const [filled] = pieces.splice(which % pieces.length, 1);
        const rest = decimal(quantity)
          .minus(filled ?? 0)
          .toFixed();
        const again = rest === '0' ? [] : piecesOf(rest, limits(largest));
        expect(again.map(Number).sort()).toEqual(pieces.map(Number).sort());
      }),
    );
  });
});
