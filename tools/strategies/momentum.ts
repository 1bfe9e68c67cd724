import { shortsRange } from './common-ranges.ts';
import { anyNumber, wholeNumber } from './parameter-range.ts';
import { defineStrategy } from './strategy.ts';

/**
 * The sign of the past return carried on.
 * @see T. Moskowitz, Y. H. Ooi, L. H. Pedersen, Time Series Momentum (2012).
 */
export const momentum = defineStrategy<{
  readonly changeBars: number;
  readonly leastFraction: number;
  readonly shorts: number;
}>({
  name: 'momentum',
  describes:
    'long after a rise of so much over so many bars, short after such a fall, out when the change has turned',
  ranges: {
    changeBars: wholeNumber('bars over which the change is taken', {
      ...{ usual: 48, least: 2, most: 400, step: 2 },
    }),
    leastFraction: anyNumber('the change that begins a position', {
      ...{ usual: 0.02, least: 0, most: 0.1, step: 0.005 },
    }),
    shorts: shortsRange(1),
  },
  lookBackBars: ({ changeBars }) => changeBars + 1,
  prepare({ close }, { changeBars, leastFraction, shorts }) {
    const below = shorts === 1 ? -1 : 0;
    return {
      decide(bar, { units }) {
        const changeFraction = close[bar]! / close[bar - changeBars]! - 1;
        if (changeFraction > leastFraction) return 1;
        if (changeFraction < -leastFraction) return below;
        return units * changeFraction > 0 ? units : 0;
      },
    };
  },
});
