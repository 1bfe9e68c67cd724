/** In how many orders a quantity goes to a venue that takes only so much at once. */
import { type DecimalText, decimal, decimalText, divideDecimals, roundToStep } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';

/**
 * The quantity in as few orders as the venue's largest one allows, none much smaller than the others, so that none falls
 * under its minimum. They add up to the quantity to the last digit; it is one piece where no maximum is known.
 */
export function piecesOf(
  quantityBase: DecimalText,
  instrument: Pick<Instrument, 'maxQuantityBase' | 'quantityStepBase'> | undefined,
): DecimalText[] {
  if (instrument === undefined) return [quantityBase];
  const { quantityStepBase } = instrument;
  const largest = roundToStep(instrument.maxQuantityBase, quantityStepBase, 'down');
  if (largest.lte(0) || largest.gte(quantityBase)) return [quantityBase];
  const pieces: DecimalText[] = [];
  let rest = decimal(quantityBase);
  for (let left = Number(divideDecimals(rest, largest, 0, 'up')); left > 0; left--) {
    const piece =
      left === 1 ? rest : roundToStep(divideDecimals(rest, decimal(left)), quantityStepBase, 'up');
    pieces.push(decimalText(piece));
    rest = rest.minus(piece);
  }
  return pieces;
}
