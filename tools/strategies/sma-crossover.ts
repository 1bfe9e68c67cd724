import { sma } from '#tools/indicators/sma.ts';
import { shortsRange } from './common-ranges.ts';
import { wholeNumber } from './parameter-range.ts';
import { defineStrategy } from './strategy.ts';

/**
 * Acts on the bar at which one average passes the other and leaves things as they are between: who was stopped waits for
 * the next crossing. The averages being equal counts as the fast one below.
 */
export const smaCrossover = defineStrategy<{
  readonly fastBars: number;
  readonly slowBars: number;
  readonly shorts: number;
}>({
  name: 'sma-crossover',
  describes:
    'long when the fast average of closes crosses above the slow one, out or short when it crosses below',
  ranges: {
    fastBars: wholeNumber('bars of the fast average', { usual: 20, least: 2, most: 100, step: 2 }),
    slowBars: wholeNumber('bars of the slow average', { usual: 50, least: 10, most: 400, step: 10 }),
    shorts: shortsRange(0),
  },
  clash: ({ fastBars, slowBars }) =>
    fastBars < slowBars ? null : `fastBars ${fastBars} has to be below slowBars ${slowBars}`,
  lookBackBars: ({ slowBars }) => slowBars + 1,
  prepare({ close }, { fastBars, slowBars, shorts }) {
    const fast = sma(close, fastBars);
    const slow = sma(close, slowBars);
    const below = shorts === 1 ? -1 : 0;
    return {
      decide(bar, held) {
        const isAbove = fast[bar]! > slow[bar]!;
        if (isAbove === fast[bar - 1]! > slow[bar - 1]!) return held.units;
        return isAbove ? 1 : below;
      },
    };
  },
});
