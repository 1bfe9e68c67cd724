import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DecimalText,
  decimal,
  decimalText,
  divideDecimals,
  type Rounding,
  roundToStep,
  sumDecimals,
} from '#domain/decimal.ts';

/** A decimal as its digits: `units × 10^-places`, from 10^-18 to beyond what a double can count. */
const fixed = fc.record({
  units: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
  places: fc.integer({ min: 0, max: 18 }),
});
const positive = fc.record({
  units: fc.bigInt({ min: 1n, max: 10n ** 30n }),
  places: fc.integer({ min: 0, max: 18 }),
});
const roundings = fc.constantFrom<Rounding>('down', 'up', 'nearest');

function textOf({ units, places }: { units: bigint; places: number }): string {
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0');
  const cut = digits.length - places;
  const body = places === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return units < 0n ? `-${body}` : body;
}

/** Units of 10^-18 of a decimal text, by arithmetic on its digits alone. */
function attos(text: string): bigint {
  const [whole = '0', rest = ''] = text.replace('-', '').split('.');
  const value = BigInt(whole) * 10n ** 18n + BigInt(rest.padEnd(18, '0'));
  return text.startsWith('-') ? -value : value;
}

const absolute = (value: bigint) => (value < 0n ? -value : value);

function quotient(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const isNegative = numerator < 0n !== denominator < 0n;
  const [top, bottom] = [absolute(numerator), absolute(denominator)];
  const isAway =
    rounding === 'up' ? top % bottom > 0n : rounding === 'nearest' && (top % bottom) * 2n >= bottom;
  const size = top / bottom + (isAway ? 1n : 0n);
  return isNegative ? -size : size;
}

describe('decimal text', () => {
  it('keeps every digit there and back, in one shortest form', () => {
    fc.assert(
      fc.property(fixed, (value) => {
        const text = decimalText(textOf(value));
        expect(DecimalText.safeParse(text).success).toBe(true);
        expect(attos(text)).toBe(attos(textOf(value)));
        expect(text).not.toMatch(/^-0$|\.\d*0$|^-?0\d/);
        expect(decimalText(text)).toBe(text);
      }),
    );
  });

  it('keeps every finite double, from the smallest to the largest', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = decimalText(value);
        expect(DecimalText.safeParse(text).success).toBe(true);
        expect(Number(text)).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});

describe('sums', () => {
  it('are those of the digits, in any order', () => {
    fc.assert(
      fc.property(fc.array(fixed, { maxLength: 20 }), (values) => {
        const texts = values.map(textOf);
        const sum = texts.reduce((total, text) => total + attos(text), 0n);
        expect(attos(decimalText(sumDecimals(texts)))).toBe(sum);
        expect(attos(decimalText(sumDecimals(texts.toReversed())))).toBe(sum);
      }),
    );
  });
});

describe('division', () => {
  it('is that of whole numbers, rounded once, at any number of places', () => {
    fc.assert(
      fc.property(
        fixed,
        positive,
        fc.integer({ min: 0, max: 18 }),
        roundings,
        fc.boolean(),
        (top, bottom, places, rounding, isNegative) => {
          const denominator = isNegative ? `-${textOf(bottom)}` : textOf(bottom);
          const result = decimalText(
            divideDecimals(decimal(textOf(top)), decimal(denominator), places, rounding),
          );
          const expected = quotient(attos(textOf(top)) * 10n ** BigInt(places), attos(denominator), rounding);
          expect(attos(result)).toBe(expected * 10n ** BigInt(18 - places));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('rounding to a step', () => {
  const steps = fc
    .record({ units: fc.bigInt({ min: 1n, max: 10n ** 6n }), places: fc.integer({ min: 0, max: 18 }) })
    .map(textOf);
  const amounts = fc
    .record({ units: fc.bigInt({ min: 0n, max: 10n ** 24n }), places: fc.integer({ min: 0, max: 18 }) })
    .map(textOf);

  it('gives multiples of the step, less than one step away, on the side that was asked for', () => {
    fc.assert(
      fc.property(amounts, steps, (amount, step) => {
        const [value, unit] = [attos(amount), attos(step)];
        const by = (rounding: Rounding) => attos(decimalText(roundToStep(amount, step, rounding)));
        for (const rounding of ['down', 'up', 'nearest'] as const) expect(by(rounding) % unit).toBe(0n);
        expect(by('down') <= value && value - by('down') < unit).toBe(true);
        expect(by('up') >= value && by('up') - value < unit).toBe(true);
        expect(absolute(by('nearest') - value) * 2n <= unit).toBe(true);
      }),
    );
  });

  it('leaves multiples as they are', () => {
    fc.assert(
      fc.property(steps, fc.bigInt({ min: 0n, max: 10n ** 12n }), roundings, (step, count, rounding) => {
        const multiple = decimal(step).times(count.toString());
        expect(roundToStep(multiple, step, rounding).eq(multiple)).toBe(true);
      }),
    );
  });
});
