import { rsi } from '#tools/indicators/rsi.ts';
import { shortsRange } from './common-ranges.ts';
import { wholeNumber } from './parameter-range.ts';
import { defineStrategy } from './strategy.ts';

const MIDDLE_RSI = 50;

/** Waits for the turn: an RSI that only stands low has nothing reversed yet. */
export const rsiReversal = defineStrategy<{
  readonly rsiBars: number;
  readonly lowRsi: number;
  readonly highRsi: number;
  readonly shorts: number;
}>({
  name: 'rsi-reversal',
  describes:
    'long when the RSI comes back up over its low mark, short when down under its high one, out at 50',
  ranges: {
    rsiBars: wholeNumber('bars of the RSI', { usual: 14, least: 2, most: 50, step: 2 }),
    lowRsi: wholeNumber('oversold under it', { usual: 30, least: 5, most: 45, step: 5 }),
    highRsi: wholeNumber('overbought over it', { usual: 70, least: 55, most: 95, step: 5 }),
    shorts: shortsRange(1),
  },
  lookBackBars: ({ rsiBars }) => rsiBars + 2,
  prepare({ close }, { rsiBars, lowRsi, highRsi, shorts }) {
    const strength = rsi(close, rsiBars);
    return {
      decide(bar, { units }) {
        const now = strength[bar]!;
        const before = strength[bar - 1]!;
        if (before <= lowRsi && now > lowRsi) return 1;
        if (before >= highRsi && now < highRsi) return shorts === 1 ? -1 : 0;
        const isBack = units > 0 ? now >= MIDDLE_RSI : now <= MIDDLE_RSI;
        return isBack ? 0 : units;
      },
    };
  },
});
