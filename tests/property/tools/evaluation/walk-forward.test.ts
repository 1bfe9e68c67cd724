import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '#domain/time.ts';
import { intersectSpans, joinSpans, type TimeSpan } from '#domain/time-span.ts';
import { FINAL_YEAR_MS, walkForward } from '#tools/evaluation/walk-forward.ts';

/** Some stretches of candles with holes between them, hours long to years. */
const coverage = fc
  .array(
    fc.record({
      gapHours: fc.integer({ min: 0, max: 9_000 }),
      hours: fc.integer({ min: 24, max: 20_000 }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) => {
    const spans: TimeSpan[] = [];
    let atMs = 0;
    for (const { gapHours, hours } of parts) {
      const fromMs = atMs + gapHours * HOUR_MS;
      atMs = fromMs + hours * HOUR_MS;
      spans.push({ fromMs, toMs: atMs });
    }
    return spans;
  });

const lengthOf = (spans: readonly TimeSpan[]) =>
  spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
const within = (covered: readonly TimeSpan[], span: TimeSpan) =>
  lengthOf(intersectSpans(joinSpans(covered), [span]));

describe('a walk forward over any candles', () => {
  it('never trains on its test, on a later one or on the final part, and keeps an embargo between', () => {
    fc.assert(
      fc.property(
        coverage,
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 5 }),
        (covered, folds, days) => {
          const embargoMs = days * DAY_MS;
          fc.pre(lengthOf(covered) * 0.5 > (folds + 1) * embargoMs * 2 + DAY_MS);
          const walk = walkForward(covered, { folds, embargoMs });
          for (const { train, test } of [...walk.folds, walk.final]) {
            expect(train.toMs + embargoMs).toBe(test.fromMs);
            expect(test.fromMs).toBeLessThan(test.toMs);
          }
          const tests = [...walk.folds.map(({ test }) => test), walk.final.test];
          expect(tests.slice(1).map(({ fromMs }) => fromMs)).toEqual(
            tests.slice(0, -1).map(({ toMs }) => toMs),
          );
          expect(tests.at(-1)?.toMs).toBe(covered.at(-1)?.toMs);
        },
      ),
    );
  });

  it('gives every test as much time with candles as the others, to the millisecond of a cut', () => {
    fc.assert(
      fc.property(coverage, fc.integer({ min: 1, max: 6 }), (covered, folds) => {
        const { folds: made, final, finalRule } = walkForward(covered, { folds, embargoMs: 0 });
        const totalMs = lengthOf(joinSpans(covered));
        const finalMs = within(covered, final.test);
        const rule = totalMs >= 2 * FINAL_YEAR_MS ? 'year' : 'fifth';
        expect(finalRule).toBe(rule);
        expect(Math.abs(finalMs - (rule === 'year' ? FINAL_YEAR_MS : totalMs / 5))).toBeLessThanOrEqual(1);
        const partMs = (totalMs - finalMs) / (folds + 1);
        for (const { test } of made) expect(Math.abs(within(covered, test) - partMs)).toBeLessThanOrEqual(2);
      }),
    );
  });
});
