import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RandomSource, seededRandom } from '#domain/ids.ts';
import { bootstrapMean, sumByBlock } from '#tools/performance/bootstrap.ts';

const someValues = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 60 });

describe('the bootstrap range of a mean', () => {
  it('is the constant itself for constant values', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), fc.nat(), (value, count, seed) => {
        const options = { resamples: 50, random: seededRandom(seed) };
        expect(bootstrapMean(Array(count).fill(value), options)).toEqual({
          ...{ mean: value, low: value, high: value },
        });
      }),
    );
  });

  it('holds the mean, stays within the values and is the same for the same seed', () => {
    fc.assert(
      fc.property(someValues, fc.nat(), (values, seed) => {
        const drawn = () => bootstrapMean(values, { resamples: 200, random: seededRandom(seed) });
        const { mean, low, high } = drawn();
        expect(low).toBeLessThanOrEqual(mean);
        expect(high).toBeGreaterThanOrEqual(mean);
        expect(low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(high).toBeLessThanOrEqual(Math.max(...values));
        expect(drawn()).toEqual({ mean, low, high });
      }),
    );
  });

  it('moves with the values and stretches with them', () => {
    fc.assert(
      fc.property(someValues, fc.nat(), fc.integer({ min: -50, max: 50 }), (values, seed, shift) => {
        const rangeOf = (given: readonly number[]) =>
          bootstrapMean(given, { resamples: 100, random: seededRandom(seed) });
        const range = rangeOf(values);
        const moved = rangeOf(values.map((value) => 2 * value + shift));
        expect(moved.low).toBeCloseTo(2 * range.low + shift, 6);
        expect(moved.high).toBeCloseTo(2 * range.high + shift, 6);
      }),
    );
  });

  it.each([
    ['a normal distribution', 0, (random: RandomSource) => normal(random), 20],
    ['trades that lose one or win three', 0, (random: RandomSource) => (random.next() < 0.25 ? 3 : -1), 40],
  ])('holds the true mean of %s about 95 times in 100', (_what, truth, draw, count) => {
    const random = seededRandom(11);
    let held = 0;
    const repeats = 1_000;
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const values = Array.from({ length: count }, () => draw(random));
      const { low, high } = bootstrapMean(values, { resamples: 300, random });
      if (low <= truth && truth <= high) held += 1;
    }
    expect(held / repeats).toBeGreaterThan(0.93);
    expect(held / repeats).toBeLessThan(0.975);
  });

  it.each([[[]], [[1, Number.NaN]], [[Number.POSITIVE_INFINITY]]])('refuses %j', (values) => {
    expect(() => bootstrapMean(values, { resamples: 10, random: seededRandom(1) })).toThrow(RangeError);
  });
});

describe('the sums by block', () => {
  it('keep all that was given, and a block of nothing at zero', () => {
    const parts = [
      { atMs: 5, value: 1 },
      { atMs: 9, value: 2 },
      { atMs: 31, value: 4 },
    ];
    expect(sumByBlock(parts, [0, 1, 3], 10)).toEqual([3, 0, 4]);
    expect(() => sumByBlock(parts, [0, 1], 10)).toThrow('31');
  });
});

/** Box and Muller's. */
function normal(random: RandomSource): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
