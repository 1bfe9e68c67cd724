import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { robustBaseline } from '#tools/spikes/robust-baseline.ts';
import { RollingBaseline } from '#tools/spikes/rolling-baseline.ts';

const LEAST_SIGMA = 1e-6;
/** Many equal values, both signs, far apart sizes, and some that are not finite; +0 keeps the sign of zero out of it. */
const value = fc
  .oneof(
    { weight: 4, arbitrary: fc.integer({ min: -5, max: 5 }) },
    { weight: 4, arbitrary: fc.double({ min: -1e9, max: 1e9, noNaN: true }) },
    { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity) },
  )
  .map((one) => one + 0);
const size = fc.integer({ min: 1, max: 40 });
const values = fc.array(value, { maxLength: 200 });

/** Sorts every deviation, which the code does not. */
function sortedBaseline(window: readonly number[]) {
  const known = window.filter((one) => Number.isFinite(one));
  if (known.length === 0) return { median: Number.NaN, sigma: Number.NaN };
  const middleOf = (all: number[]) => {
    const sorted = all.toSorted((left, right) => left - right);
    const upper = sorted[sorted.length >> 1]!;
    return sorted.length % 2 === 1 ? upper : (sorted[(sorted.length >> 1) - 1]! + upper) / 2;
  };
  const median = middleOf(known);
  const deviation = middleOf(known.map((one) => Math.abs(one - median)));
  return { median, sigma: Math.max(1.4826 * deviation, LEAST_SIGMA) };
}

describe('RollingBaseline', () => {
  it('says of every window what sorting it anew says, to the last bit', () => {
    fc.assert(
      fc.property(size, values, (held, all) => {
        const rolling = new RollingBaseline(held, LEAST_SIGMA);
        for (const [index, one] of all.entries()) {
          rolling.push(one);
          const { median, sigma } = rolling;
          const window = all.slice(Math.max(0, index + 1 - held), index + 1);
          expect({ median, sigma }).toEqual(sortedBaseline(window));
          expect(rolling.isFull).toBe(index + 1 >= held);
        }
      }),
    );
  });

  it('says what robustBaseline says of the same values', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }), (all) => {
        const rolling = new RollingBaseline(all.length, LEAST_SIGMA);
        for (const one of all) rolling.push(one + 0);
        const { median, sigma } = rolling;
        expect({ median, sigma }).toEqual(
          robustBaseline(
            Float64Array.from(all, (one) => one + 0),
            LEAST_SIGMA,
          ),
        );
      }),
    );
  });

  it('is as before after a push is taken back', () => {
    fc.assert(
      fc.property(size, values, value, value, (held, all, taken, next) => {
        const [rolling, never] = [new RollingBaseline(held, 1), new RollingBaseline(held, 1)];
        for (const one of all) {
          rolling.push(one);
          never.push(one);
        }
        rolling.push(taken);
        rolling.undoPush();
        const told = ({ median, sigma, isFull, count }: RollingBaseline) => [median, sigma, isFull, count];
        expect(told(rolling)).toEqual(told(never));
        rolling.push(next);
        never.push(next);
        expect(told(rolling)).toEqual(told(never));
      }),
    );
  });

  it('refuses a size and a least sigma out of range', () => {
    expect(() => new RollingBaseline(0, 1)).toThrow('size 0');
    expect(() => new RollingBaseline(2.5, 1)).toThrow('size 2.5');
    expect(() => new RollingBaseline(2, 0)).toThrow('leastSigma 0');
  });
});
