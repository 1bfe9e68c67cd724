import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#domain/ids.ts';
import { blockBootstrap, LEAST_BOOTSTRAP_BLOCKS } from '#tools/evaluation/block-bootstrap.ts';
import { deflatedSharpe, expectedBestSharpe } from '#tools/evaluation/deflated-sharpe.ts';
import { parameterMap, steadiestCell } from '#tools/evaluation/parameter-map.ts';
import { entryLuck } from '#tools/evaluation/random-entries.ts';
import { returnMoments } from '#tools/evaluation/return-moments.ts';

const someReturns = fc.array(
  fc.integer({ min: -500, max: 500 }).map((bps) => bps / 10_000),
  {
    minLength: 40,
    maxLength: 120,
  },
);
const meanOf = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

describe('the block bootstrap', () => {
  it('holds the value, is the same for the same seed, and stays within what means of these values can be', () => {
    fc.assert(
      fc.property(someReturns, fc.nat(), fc.integer({ min: 1, max: 5 }), (returns, seed, blockLength) => {
        const drawn = () =>
          blockBootstrap(returns, meanOf, { blockLength, resamples: 60, random: seededRandom(seed) });
        const range = drawn();
        expect(range).toEqual(drawn());
        expect(range?.low).toBeLessThanOrEqual(range?.value ?? Number.NaN);
        expect(range?.high).toBeGreaterThanOrEqual(range?.value ?? Number.NaN);
        expect(range?.low).toBeGreaterThanOrEqual(Math.min(...returns) - 1e-12);
        expect(range?.high).toBeLessThanOrEqual(Math.max(...returns) + 1e-12);
      }),
    );
  });

  it('is wider for days that hang together when whole stretches are drawn', () => {
    const random = seededRandom(3);
    let state = 0;
    const trending = Array.from({ length: 400 }, () => {
      state = 0.9 * state + random.next() - 0.5;
      return state;
    });
    const width = (blockLength: number) => {
      const range = blockBootstrap(trending, meanOf, { blockLength, resamples: 500, random });
      return (range?.high ?? Number.NaN) - (range?.low ?? Number.NaN);
    };
    expect(width(20)).toBeGreaterThan(2 * width(1));
  });

  it('says nothing of too few blocks', () => {
    const options = { blockLength: 7, resamples: 10, random: seededRandom(1) };
    const days = (count: number) => Array.from({ length: count }, (_, day) => day);
    expect(blockBootstrap(days(7 * LEAST_BOOTSTRAP_BLOCKS - 1), meanOf, options)).toBeNull();
    expect(blockBootstrap(days(7 * LEAST_BOOTSTRAP_BLOCKS), meanOf, options)).not.toBeNull();
  });

  it('holds the true mean of independent days about 95 times in 100', () => {
    const random = seededRandom(11);
    let held = 0;
    const repeats = 400;
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const values = Array.from({ length: 60 }, () => random.next() + random.next() - 1);
      const range = blockBootstrap(values, meanOf, { blockLength: 3, resamples: 300, random });
      if (range !== null && range.low <= 0 && range.high >= 0) held += 1;
    }
    expect(held / repeats).toBeGreaterThan(0.91);
    expect(held / repeats).toBeLessThan(0.985);
  });
});

describe('the deflated Sharpe ratio', () => {
  it('falls with every trial that was made, and lies between 0 and 1', () => {
    fc.assert(
      fc.property(
        someReturns,
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 1e-4, max: 0.1, noNaN: true }),
        (returns, count, variance) => {
          const moments = returnMoments(returns);
          const one = deflatedSharpe(moments, { count, variance });
          const more = deflatedSharpe(moments, { count: count + 1, variance });
          fc.pre(one !== null && more !== null);
          expect(more).toBeLessThanOrEqual(one ?? 0);
          expect(one).toBeGreaterThanOrEqual(0);
          expect(one).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('expects of luck what the best of so many draws by lot shows', () => {
    const random = seededRandom(5);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    const bests = Array.from({ length: 4_000 }, () =>
      Math.max(...Array.from({ length: 50 }, () => 0.2 * normal())),
    );
    expect(meanOf(bests)).toBeCloseTo(expectedBestSharpe({ count: 50, variance: 0.04 }), 1);
  });
});

describe('entries by lot', () => {
  it('make trades of chance look lucky as often as chance does', () => {
    const random = seededRandom(17);
    const bars = 300;
    let lucky = 0;
    const repeats = 300;
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const logPrice = new Float64Array(bars + 1);
      for (let i = 1; i <= bars; i += 1) logPrice[i] = (logPrice[i - 1] ?? 0) + (random.next() - 0.5) / 50;
      const funding = new Float64Array(bars + 1);
      const trades = Array.from({ length: 10 }, (_, i) => ({
        ...{ side: i % 3 === 0 ? ('short' as const) : ('long' as const), bars: 3 + i, units: 1 },
      }));
      const entries = trades.map((_, i) => i * 29 + Math.floor(random.next() * 15));
      const sums = { logPrice, longFunding: funding, shortFunding: funding };
      if (entryLuck(trades, entries, sums, { draws: 199, random, costFraction: 0.001 }).pValue <= 0.1)
        lucky += 1;
    }
    expect(lucky / repeats).toBeGreaterThan(0.05);
    expect(lucky / repeats).toBeLessThan(0.16);
  });
});

describe('a map of parameters', () => {
  it('does not change with the order of the sets, but for which of equals is chosen', () => {
    const grid = fc.uniqueArray(
      fc.record({ a: fc.integer({ min: 1, max: 5 }), b: fc.integer({ min: 1, max: 5 }) }),
      { minLength: 1, maxLength: 20, selector: ({ a, b }) => `${a} ${b}` },
    );
    fc.assert(
      fc.property(
        grid,
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 20, maxLength: 20 }),
        (sets, scores) => {
          const scored = sets.map((parameters, i) => ({ parameters, score: scores[i] ?? null }));
          const forth = parameterMap(scored);
          const back = parameterMap(scored.toReversed()).toReversed();
          for (const [i, cell] of back.entries())
            expect(cell.steadyScore).toBeCloseTo(forth[i]?.steadyScore ?? Number.NaN, 9);
          expect(steadiestCell(back)?.steadyScore).toBeCloseTo(steadiestCell(forth)?.steadyScore ?? 0, 9);
        },
      ),
    );
  });
});
