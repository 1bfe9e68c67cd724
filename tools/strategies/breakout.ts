import { highest, lowest } from '#tools/indicators/channel.ts';
import { shortsRange } from './common-ranges.ts';
import { wholeNumber } from './parameter-range.ts';
import { defineStrategy } from './strategy.ts';

/**
 * Donchian's channel with a nearer one for the way out. A bar is held against the channel of the bars before it.
 * @see C. M. Faith, Way of the Turtle (2007).
 */
export const breakout = defineStrategy<{
  readonly entryBars: number;
  readonly exitBars: number;
  readonly shorts: number;
}>({
  name: 'breakout',
  describes:
    'long on a close over the highest high, short on one under the lowest low, out at a nearer channel',
  ranges: {
    entryBars: wholeNumber('bars of the channel that begins a position', {
      ...{ usual: 55, least: 5, most: 400, step: 5 },
    }),
    exitBars: wholeNumber('bars of the channel that ends it', { usual: 20, least: 2, most: 200, step: 2 }),
    shorts: shortsRange(1),
  },
  clash: ({ entryBars, exitBars }) =>
    exitBars <= entryBars ? null : `exitBars ${exitBars} has to be at most entryBars ${entryBars}`,
  lookBackBars: ({ entryBars }) => entryBars + 1,
  prepare({ high, low, close }, { entryBars, exitBars, shorts }) {
    const entryHigh = highest(high, entryBars);
    const entryLow = lowest(low, entryBars);
    const exitHigh = highest(high, exitBars);
    const exitLow = lowest(low, exitBars);
    return {
      decide(bar, { units }) {
        const price = close[bar]!;
        const before = bar - 1;
        if (price > entryHigh[before]!) return 1;
        if (price < entryLow[before]!) return shorts === 1 ? -1 : 0;
        const isOut = units > 0 ? price < exitLow[before]! : price > exitHigh[before]!;
        return isOut ? 0 : units;
      },
    };
  },
});
