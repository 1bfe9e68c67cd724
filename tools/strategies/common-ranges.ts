/** Ranges that several strategies share. */
import { anyNumber, type ParameterRange, wholeNumber } from './parameter-range.ts';

export function shortsRange(usual: 0 | 1): ParameterRange {
  return wholeNumber('1 to be short as well, 0 to be long or flat', { usual, least: 0, most: 1, step: 1 });
}

export const MAX_UNITS = wholeNumber('the most it may hold of a side', {
  ...{ usual: 5, least: 1, most: 20, step: 1 },
});

export const MAX_LOSS_FRACTION = anyNumber(
  'what all of it may lose, of the worth of maxUnits, before it ends flat',
  {
    ...{ usual: 0.2, least: 0.05, most: 0.5, step: 0.05 },
  },
);
