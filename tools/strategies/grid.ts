import { sma } from '#tools/indicators/sma.ts';
import { MAX_LOSS_FRACTION, MAX_UNITS, shortsRange } from './common-ranges.ts';
import { anyNumber, wholeNumber } from './parameter-range.ts';
import { defineStrategy } from './strategy.ts';

/**
 * Lines lie whole steps away from an average. A unit bought at a line is sold at the next one up, so that a price that
 * trembles at a line trades once. Hard limits as those of `dca`: what runs away from the average ends at `maxLossFraction`.
 */
export const grid = defineStrategy<{
  readonly anchorBars: number;
  readonly stepFraction: number;
  readonly shorts: number;
  readonly maxUnits: number;
  readonly maxLossFraction: number;
}>({
  name: 'grid',
  describes: 'a unit more for each step under an average, a unit less for each step up',
  ranges: {
    anchorBars: wholeNumber('bars of the average in the middle', {
      ...{ usual: 200, least: 20, most: 1_000, step: 20 },
    }),
    stepFraction: anyNumber('from one line to the next, of the average', {
      ...{ usual: 0.01, least: 0.0025, most: 0.05, step: 0.0025 },
    }),
    shorts: shortsRange(1),
    maxUnits: MAX_UNITS,
    maxLossFraction: MAX_LOSS_FRACTION,
  },
  lookBackBars: ({ anchorBars }) => anchorBars,
  limits: ({ maxUnits, maxLossFraction }) => ({ maxUnits, maxLossFraction }),
  prepare({ close }, { anchorBars, stepFraction, shorts, maxUnits }) {
    const anchor = sma(close, anchorBars);
    const fewest = shorts === 1 ? -maxUnits : 0;
    return {
      decide(bar, { units }) {
        const steps = (1 - close[bar]! / anchor[bar]!) / stepFraction;
        const kept = Math.max(Math.floor(steps), Math.min(Math.ceil(steps), units));
        return Math.max(fewest, Math.min(maxUnits, kept));
      },
    };
  },
});
