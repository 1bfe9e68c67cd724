import { computeIndicatorFrame } from '#tools/indicators/indicator-frame.ts';
import { POINT_RULES, pointsAt } from '#tools/signals/weighted-points.ts';
import { shortsRange } from './common-ranges.ts';
import { wholeNumber } from './parameter-range.ts';
import { defineStrategy } from './strategy.ts';

/** EMA 50 is the last of the desk's votes to be there. */
const LOOK_BACK_BARS = 50;

/** The desk's own votes, all of them on the bars of one timeframe; the desk lets each vote on its own. */
export const weightedPoints = defineStrategy<{ readonly threshold: number; readonly shorts: number }>({
  name: 'weighted-points',
  describes: 'long when the desk’s votes on one timeframe add up to so many points, short at as many against',
  ranges: {
    threshold: wholeNumber('points that begin a position', { usual: 3, least: 1, most: 10, step: 1 }),
    shorts: shortsRange(1),
  },
  lookBackBars: () => LOOK_BACK_BARS,
  prepare(bars, { threshold, shorts }) {
    const frame = computeIndicatorFrame(bars);
    return {
      decide(bar, { units }) {
        let score = 0;
        for (const rule of POINT_RULES) score += pointsAt(rule, frame, bars, bar);
        if (score >= threshold) return 1;
        if (score <= -threshold) return shorts === 1 ? -1 : 0;
        return units;
      },
    };
  },
});
