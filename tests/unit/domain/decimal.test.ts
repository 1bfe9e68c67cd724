import { describe, expect, it } from 'vitest';
import {
  DecimalText,
  decimal,
  decimalText,
  divideDecimals,
  roundToStep,
  sumDecimals,
} from '#domain/decimal.ts';

describe('decimal text', () => {
  it.each([
    ['1e-18', '0.000000000000000001'],
    ['1E21', '1000000000000000000000'],
    [1e-7, '0.0000001'],
    [1e21, '1000000000000000000000'],
    ['-0', '0'],
    [-0, '0'],
    ['-0.000', '0'],
    ['007.50', '7.5'],
    ['-12.500', '-12.5'],
    [0.1 + 0.2, '0.30000000000000004'],
  ])('writes %s plainly as %s', (value, text) => {
    expect(decimalText(decimal(value))).toBe(text);
    expect(DecimalText.safeParse(text).success).toBe(true);
  });

  it.each(['1e3', '.5', '5.', '+1', '1,5', '', ' 1', '1 ', '1\n', 'NaN', 'Infinity', '0x1', '١٢', '--1'])(
    'does not read "%s"',
    (text) => {
      expect(DecimalText.safeParse(text).success).toBe(false);
    },
  );

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 'NaN', ''])(
    'throws on %s instead of reckoning with it',
    (value) => {
      expect(() => decimal(value)).toThrow();
    },
  );
});

describe('rounding to a step', () => {
  it.each([
    ['0.3', '0.1', 'down', '0.3'],
    ['0.29999999999999999999', '0.1', 'down', '0.2'],
    ['0.30000000000000000001', '0.1', 'up', '0.4'],
    ['0.00000001', '1', 'up', '1'],
    ['0.99999999', '1', 'down', '0'],
    ['7', '2.5', 'nearest', '7.5'],
    ['6.25', '2.5', 'nearest', '7.5'],
    ['6.24', '2.5', 'nearest', '5'],
    ['0', '0.1', 'up', '0'],
  ] as const)('takes %s by %s %s to %s', (value, step, rounding, expected) => {
    expect(decimalText(roundToStep(value, step, rounding))).toBe(expected);
  });

  it.each(['0', '-0.1', '-0'])('throws on a step of %s', (step) => {
    expect(() => roundToStep('1', step, 'down')).toThrow(RangeError);
  });
});

describe('sums and quotients', () => {
  it('add without loss where doubles would lose', () => {
    expect(decimalText(sumDecimals(['0.1', '0.2', '100000000000000000000', '-100000000000000000000']))).toBe(
      '0.3',
    );
    expect(decimalText(sumDecimals([]))).toBe('0');
  });

  it('throw on a division by zero, whatever its sign', () => {
    expect(() => divideDecimals(decimal(1), decimal(0))).toThrow('division of 1 by zero');
    expect(() => divideDecimals(decimal(1), decimal('-0'))).toThrow(RangeError);
  });

  it('keep the precision of one division from every other', () => {
    expect(decimalText(divideDecimals(decimal(1), decimal(3), 2))).toBe('0.33');
    expect(decimalText(divideDecimals(decimal(2), decimal(3)))).toBe('0.666666666666666667');
    expect(decimalText(divideDecimals(decimal(2), decimal(3), 4, 'down'))).toBe('0.6666');
  });
});
