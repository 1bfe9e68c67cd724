import { describe, expect, it } from 'vitest';
import { sliceSeries } from '#domain/candle.ts';
import { targetsOf } from '#tests/support/hand-bars.ts';
import { wanderingSeries } from '#tests/unit/tools/indicators/made-series.ts';
import { computeIndicatorFrame } from '#tools/indicators/indicator-frame.ts';
import { scorePoints } from '#tools/signals/weighted-points.ts';
import { weightedPoints } from '#tools/strategies/weighted-points.ts';

describe('weighted-points', () => {
  const bars = wanderingSeries(400, 11);

  it('decides as the desk’s votes on the bars up to then add up', () => {
    const targets = targetsOf(weightedPoints, { threshold: 3, shorts: 1 }, bars).slice(49);
    const expected = targets.map((_, i) => {
      const past = sliceSeries(bars, 0, 50 + i);
      const score = scorePoints(computeIndicatorFrame(past), past).reduce(
        (sum, vote) => sum + vote.points,
        0,
      );
      return score >= 3 ? 1 : score <= -3 ? -1 : 0;
    });
    expect(targets).toEqual(expected);
    for (const side of [1, 0, -1])
      expect(expected.filter((target) => target === side).length).toBeGreaterThan(20);
  });

  it('leaves things as they are between, and is flat where it may not be short', () => {
    const held = { units: 1, entryQuote: 50_000 };
    const free = targetsOf(weightedPoints, { threshold: 3, shorts: 1 }, bars).slice(49);
    const longsOnly = targetsOf(weightedPoints, { threshold: 3, shorts: 0 }, bars, held).slice(49);
    expect(longsOnly).toEqual(free.map((target) => (target === -1 ? 0 : 1)));
  });
});
