import { describe, expect, it } from 'vitest';
import { seededRandom } from '#domain/ids.ts';
import { entryLuck, type HeldTrade, type HoldingSums } from '#tools/evaluation/random-entries.ts';

const NO_FUNDING = (bars: number) => ({
  longFunding: new Float64Array(bars + 1),
  shortFunding: new Float64Array(bars + 1),
});

/** Prices of the open of each bar, and one more at the end. */
function sumsOf(...prices: readonly number[]): HoldingSums {
  const logPrice = Float64Array.from(prices, (price) => Math.log(price / (prices[0] ?? 1)));
  return { logPrice, ...NO_FUNDING(prices.length - 1) };
}

const held = (side: 'long' | 'short', bars: number, units = 1): HeldTrade => ({ side, bars, units });
const options = (draws: number, costFraction = 0, seed = 7) => ({
  ...{ draws, costFraction },
  random: seededRandom(seed),
});

describe('the luck of entries', () => {
  it('reckons a trade from open to open, costs of both sides and funding taken off', () => {
    const sums = {
      ...sumsOf(100, 110, 121),
      longFunding: Float64Array.of(0, 0.001, 0.003),
      shortFunding: Float64Array.of(0, -0.001, -0.003),
    };
    const long = entryLuck([held('long', 2, 3)], [0], sums, options(5, 0.01));
    expect(long.reckonedFraction).toBeCloseTo(3 * (0.21 - 0.003 - 0.01 * 2.21), 12);
    const short = entryLuck([held('short', 1)], [1], sums, options(5, 0.01));
    expect(short.reckonedFraction).toBeCloseTo(-0.1 + 0.002 - 0.01 * 2.1, 12);
  });

  it('finds the only good bar of a hundred to be as rare as it is', () => {
    const prices = Array.from({ length: 101 }, (_, bar) => (bar > 40 ? 200 : 100));
    const { pValue } = entryLuck([held('long', 1)], [40], sumsOf(...prices), options(20_000));
    expect(pValue).toBeGreaterThan(0.007);
    expect(pValue).toBeLessThan(0.013);
  });

  it('finds nothing where there is nothing to find: trades that leave no bar free come to the same in any order', () => {
    const sums = sumsOf(100, 110, 121, 133.1, 146.41);
    const luck = entryLuck([held('long', 2), held('long', 2)], [0, 2], sums, options(99));
    expect(luck.pValue).toBe(1);
    expect(luck.random.mean).toBeCloseTo(luck.reckonedFraction, 12);
  });

  it('is the same for the same seed, and never says that nothing could have done as well', () => {
    const prices = Array.from({ length: 60 }, (_, bar) => 100 + 10 * Math.sin(bar));
    const trades = [held('long', 3), held('short', 2)];
    const draw = (seed: number) => entryLuck(trades, [11, 20], sumsOf(...prices), options(200, 0.001, seed));
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
    expect(draw(5).pValue).toBeGreaterThanOrEqual(1 / 201);
  });

  it('refuses trades that overlap, that reach beyond the bars, and none', () => {
    const sums = sumsOf(1, 2, 3);
    expect(() => entryLuck([held('long', 2), held('long', 1)], [0, 1], sums, options(1))).toThrow(
      '2 trades leave -1 bars free',
    );
    expect(() => entryLuck([held('long', 2)], [1], sums, options(1))).toThrow('beyond the bars');
    expect(() => entryLuck([], [], sums, options(1))).toThrow(RangeError);
  });
});
