import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSurelyUsual } from '#tools/columns/surely-usual.ts';
import { robustBaseline, robustSigmas } from '#tools/spikes/robust-baseline.ts';

const LEAST_SIGMA = 1e-300;
const moves = fc.array(
  fc.oneof(
    fc.double({ min: -3, max: 3, noNaN: true }),
    fc.integer({ min: -4, max: 4 }).map((half) => half / 2),
    fc.constantFrom(0, 1e-12, 40, -40, Number.NaN),
  ),
  { minLength: 2, maxLength: 41 },
);
const questions = fc.record({
  values: moves,
  usual: fc.record({
    median: fc.double({ min: -1, max: 1, noNaN: true }),
    sigma: fc.double({ min: 0, max: 4, noNaN: true }),
  }),
  sigmas: fc.constantFrom(0.5, 1, 3.75, 5.75),
});

test('calls nothing usual that lies as many robust sigmas away', () => {
  let calledUsual = 0;
  fc.assert(
    fc.property(questions, ({ values, usual, sigmas }) => {
      const column = Float64Array.from(values);
      const to = column.length - 1;
      if (!isSurelyUsual(column, to, { from: 0, to, usual, sigmas })) return;
      calledUsual += 1;
      const baseline = robustBaseline(column.subarray(0, to), LEAST_SIGMA);
      expect(baseline && Math.abs(robustSigmas(column[to]!, baseline))).toBeLessThan(sigmas);
    }),
    { numRuns: 3_000 },
  );
  expect(calledUsual).toBeGreaterThan(100);
});
