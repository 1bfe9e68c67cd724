/** The column keeps what the desk's own curve keeps, and measures losses from the same readings. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '#domain/time.ts';
import { createMemoryEquity } from '#server/backtest/memory-equity.ts';
import { EquityColumn } from '#tools/columns/equity-column.ts';

const step = fc.record({
  afterMs: fc.constantFrom(0, HOUR_MS, 5 * HOUR_MS, DAY_MS),
  equity: fc.integer({ min: 9_000, max: 11_000 }),
  by: fc.constantFrom('cycle', 'guard', 'arm' as const),
});

it('tells day start, peak and readings as the curve in decimals does, whatever comes in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
      const column = new EquityColumn();
      const curve = createMemoryEquity();
      let atMs = Date.UTC(2025, 0, 1);
      for (const { afterMs, equity, by } of steps) {
        atMs += afterMs;
        const point = { atMs, equityQuote: String(equity), balanceQuote: '10000' };
        if (by === 'cycle') {
          column.put(atMs, equity, 10_000);
          curve.set(point);
        } else if (by === 'guard') {
          column.putHigher(atMs, equity, 10_000);
          await curve.add('desk', point);
        } else if (column.length > 0) {
          column.forgetPeak(atMs);
          curve.arm(atMs);
        }
        const marks = column.marksAt(atMs);
        const { dayStartQuote, peakQuote } = await curve.of('desk', atMs);
        expect(marks).toEqual({
          dayStartQuote: dayStartQuote === null ? Number.NaN : Number(dayStartQuote),
          peakQuote: peakQuote === null ? Number.NaN : Number(peakQuote),
        });
      }
      const readings = Array.from({ length: column.length }, (_, i) => column.at(i));
      expect(readings.map(({ atMs: at, equityQuote }) => [at, String(equityQuote)])).toEqual(
        curve.points.map(({ atMs: at, equityQuote }) => [at, equityQuote]),
      );
    }),
    { numRuns: 300 },
  );
});

it('puts a reading of the past where it belongs, and counts from the same marks', () => {
  const column = new EquityColumn();
  for (const hour of [1, 2, 4]) column.put(hour * HOUR_MS, 10_000 + hour, 10_000);
  const before = column.marksAt(5 * HOUR_MS);
  column.putPast(3 * HOUR_MS, 10_002, 10_000);
  column.putPast(2 * HOUR_MS, 9_000, 10_000);
  expect(Array.from({ length: column.length }, (_, i) => column.at(i).atMs / HOUR_MS)).toEqual([1, 2, 3, 4]);
  expect(column.at(1).equityQuote).toBe(10_002);
  expect(column.marksAt(5 * HOUR_MS)).toEqual(before);
});
