import { TIMEFRAME_MS } from '#domain/time.ts';
import { MAX_LOSS_FRACTION, MAX_UNITS } from './common-ranges.ts';
import { anyNumber, wholeNumber } from './parameter-range.ts';
import { defineStrategy } from './strategy.ts';

/**
 * Buying more of what falls is how accounts end, so both limits are hard: it never holds more than `maxUnits`, and the walk
 * that holds it is over at `maxLossFraction`. Bars are counted by the clock, so that it does not matter where a series begins.
 */
export const dca = defineStrategy<{
  readonly everyBars: number;
  readonly stepFraction: number;
  readonly targetFraction: number;
  readonly maxUnits: number;
  readonly maxLossFraction: number;
}>({
  name: 'dca',
  describes: 'buys a unit every so many bars while under the average it paid, and sells all so far above it',
  ranges: {
    everyBars: wholeNumber('bars from one purchase to the next', { usual: 24, least: 1, most: 200, step: 1 }),
    stepFraction: anyNumber('how far under the average it paid it buys more', {
      ...{ usual: 0.02, least: 0, most: 0.1, step: 0.005 },
    }),
    targetFraction: anyNumber('how far over the average it paid it sells', {
      ...{ usual: 0.03, least: 0.005, most: 0.2, step: 0.005 },
    }),
    maxUnits: MAX_UNITS,
    maxLossFraction: MAX_LOSS_FRACTION,
  },
  lookBackBars: () => 1,
  limits: ({ maxUnits, maxLossFraction }) => ({ maxUnits, maxLossFraction }),
  prepare({ close, openAtMs, timeframe }, { everyBars, stepFraction, targetFraction, maxUnits }) {
    const everyMs = everyBars * TIMEFRAME_MS[timeframe];
    return {
      decide(bar, { units, entryQuote }) {
        const price = close[bar]!;
        if (units > 0 && price >= entryQuote * (1 + targetFraction)) return 0;
        if (openAtMs[bar]! % everyMs !== 0) return units;
        const isCheaper = units === 0 || price <= entryQuote * (1 - stepFraction);
        return isCheaper ? Math.min(units + 1, maxUnits) : units;
      },
    };
  },
});
