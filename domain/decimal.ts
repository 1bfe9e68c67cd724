/**
 * Exact decimals for money. Amounts travel as text, so that JSON, the database and the wire keep every digit;
 * `Big` adds, subtracts and multiplies without rounding.
 */
import { Big } from 'big.js';
import { z } from 'zod';

/** A plain decimal number as text: `-12.50`, never `1e3`. */
export const DecimalText = z.string().regex(/^-?\d+(\.\d+)?$/, 'must be a plain decimal number such as 12.5');
export type DecimalText = z.infer<typeof DecimalText>;

export type Rounding = 'down' | 'up' | 'nearest';
const BIG_ROUNDING = { down: Big.roundDown, up: Big.roundUp, nearest: Big.roundHalfUp } as const;

/** Reads a decimal; a finite number is read by its shortest decimal form. Throws on NaN and infinities. */
export function decimal(value: Big | DecimalText | number): Big {
  return new Big(value);
}

/** The shortest plain text of an exact value: no exponent, no trailing zeros, no negative zero. */
export function decimalText(value: Big | DecimalText | number): DecimalText {
  const text = new Big(value).toFixed();
  return text === '-0' ? '0' : text;
}

/** Adds any number of amounts without loss. The sum of nothing is `0`. */
export function sumDecimals(values: Iterable<Big | DecimalText>): Big {
  let sum = new Big(0);
  for (const value of values) sum = sum.plus(value);
  return sum;
}

/**
 * Rounds a non-negative amount to a multiple of `step`: `down` towards zero, `up` away from it.
 * A step of zero or less throws: a venue without a step has to say so with its smallest unit.
 */
export function roundToStep(value: Big | DecimalText, step: DecimalText, rounding: Rounding): Big {
  const unit = new Big(step);
  if (unit.lte(0)) throw new RangeError(`step ${step} must be positive`);
  return divideDecimals(new Big(value), unit, 0, rounding).times(unit);
}

/** Divides to at most `places` digits after the point. The only division money may use, since it can round. */
export function divideDecimals(
  numerator: Big,
  denominator: Big,
  places = 18,
  rounding: Rounding = 'nearest',
): Big {
  if (denominator.eq(0)) throw new RangeError(`division of ${numerator.toFixed()} by zero`);
  return new Big(new (dividing(places, rounding))(numerator).div(denominator));
}

const DIVIDING = new Map<string, typeof Big>();

/** Big divides at the precision of its constructor; one of our own for each precision keeps the setting local. */
function dividing(places: number, rounding: Rounding): typeof Big {
  const key = `${places} ${rounding}`;
  const known = DIVIDING.get(key);
  if (known !== undefined) return known;
  const made = Big();
  made.DP = places;
  made.RM = BIG_ROUNDING[rounding];
  DIVIDING.set(key, made);
  return made;
}
