import { bollinger } from '#tools/indicators/bollinger.ts';
import { shortsRange } from './common-ranges.ts';
import { anyNumber, wholeNumber } from './parameter-range.ts';
import { defineStrategy } from './strategy.ts';

export const meanReversion = defineStrategy<{
  readonly bandBars: number;
  readonly widthDeviations: number;
  readonly shorts: number;
}>({
  name: 'mean-reversion',
  describes: 'long under the lower Bollinger band, short over the upper one, out at their middle',
  ranges: {
    bandBars: wholeNumber('bars of the bands', { usual: 20, least: 5, most: 200, step: 5 }),
    widthDeviations: anyNumber('standard deviations from the middle to a band', {
      ...{ usual: 2, least: 1, most: 4, step: 0.25 },
    }),
    shorts: shortsRange(1),
  },
  lookBackBars: ({ bandBars }) => bandBars,
  prepare({ close }, { bandBars, widthDeviations, shorts }) {
    const { upper, middle, lower } = bollinger(close, bandBars, widthDeviations);
    return {
      decide(bar, { units }) {
        const price = close[bar]!;
        if (price < lower[bar]!) return 1;
        if (price > upper[bar]!) return shorts === 1 ? -1 : 0;
        const isBack = units > 0 ? price >= middle[bar]! : price <= middle[bar]!;
        return isBack ? 0 : units;
      },
    };
  },
});
