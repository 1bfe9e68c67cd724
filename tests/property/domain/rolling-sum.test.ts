import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRollingSum } from '#domain/rolling-sum.ts';
import { HOUR_MS, SECOND_MS } from '#domain/time.ts';

const START_MS = 1_760_000_000_000;
const PART_MS = 10 * SECOND_MS;

const entries = fc.array(
  fc.record({
    atMs: fc.integer({ min: 0, max: 3 * HOUR_MS }).map((ms) => START_MS + ms),
    amount: fc.integer({ min: 0, max: 1_000_000 }),
  }),
  { maxLength: 200 },
);

function exactSum(list: readonly { atMs: number; amount: number }[], fromMs: number, toMs: number): number {
  return list
    .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
    .reduce((sum, { amount }) => sum + amount, 0);
}

describe('rolling sum', () => {
  it('counts all of the window and at most one part of what came before, whenever it is asked', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const rolling = createRollingSum({ windowMs: HOUR_MS });
        const told = [...list].sort((a, b) => a.atMs - b.atMs);
        for (const [index, { atMs, amount }] of told.entries()) {
          rolling.add(atMs, amount);
          const soFar = told.slice(0, index + 1);
          const sum = rolling.at(atMs);
          expect(sum).toBeGreaterThanOrEqual(exactSum(soFar, atMs - HOUR_MS, atMs));
          expect(sum).toBeLessThanOrEqual(exactSum(soFar, atMs - HOUR_MS - PART_MS, atMs));
        }
      }),
    );
  });

  it('does not mind in which order entries of one window come', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const recent = list.map((entry) => ({
          ...entry,
          atMs: START_MS + ((entry.atMs - START_MS) % HOUR_MS),
        }));
        const sums = [recent, [...recent].reverse()].map((told) => {
          const rolling = createRollingSum({ windowMs: HOUR_MS });
          for (const { atMs, amount } of told) rolling.add(atMs, amount);
          return rolling.at(START_MS + HOUR_MS);
        });
        expect(sums[0]).toBe(sums[1]);
      }),
    );
  });

  it('is empty one window and a part after the last entry', () => {
    const rolling = createRollingSum({ windowMs: HOUR_MS });
    rolling.add(START_MS, 5);
    expect(rolling.at(START_MS + HOUR_MS)).toBe(5);
    expect(rolling.at(START_MS + HOUR_MS + PART_MS)).toBe(0);
  });

  it('leaves out an entry from before the window of the newest', () => {
    const rolling = createRollingSum({ windowMs: HOUR_MS });
    const laterMs = START_MS + HOUR_MS + 2 * PART_MS;
    rolling.add(laterMs, 7);
    rolling.add(START_MS, 5);
    expect(rolling.at(laterMs)).toBe(7);
  });
});
