import { describe, expect, it } from 'vitest';
import { parameterMap, steadiestCell } from '#tools/evaluation/parameter-map.ts';

const set = (fast: number, slow: number, score: number | null) => ({ parameters: { fast, slow }, score });

/** A lonely peak at (10, 100) and a plateau around (30, 50). */
const GRID = [
  ...[set(10, 50, -1), set(20, 50, 1), set(30, 50, 1.2)],
  ...[set(10, 100, 3), set(20, 100, -2), set(30, 100, 1)],
];

describe('a map of parameters', () => {
  it('holds each score against those a step away', () => {
    const cells = parameterMap(GRID);
    expect(cells.map(({ neighbours }) => neighbours)).toEqual([2, 3, 2, 2, 3, 2]);
    // (20, 50): itself 1, beside −1 and 1.2, below −2.
    expect(cells[1]?.steadyScore).toBeCloseTo((1 - 1 + 1.2 - 2) / 4, 12);
    expect(cells[1]?.gainingFraction).toBeCloseTo(1 / 3, 12);
    expect(cells[3]?.gainingFraction).toBe(0);
  });

  it('prefers a plateau to a higher peak that stands alone', () => {
    expect(steadiestCell(parameterMap(GRID))?.parameters).toEqual({ fast: 30, slow: 50 });
  });

  it('counts a neighbour without a score as nothing gained, and never chooses a set without one', () => {
    const cells = parameterMap([set(1, 1, null), set(2, 1, 4)]);
    expect(cells.map(({ steadyScore }) => steadyScore)).toEqual([2, 2]);
    expect(steadiestCell(cells)?.parameters).toEqual({ fast: 2, slow: 1 });
    expect(steadiestCell(parameterMap([set(1, 1, null)]))).toBeNull();
  });

  it('takes as a step the next value there is, over one that is missing', () => {
    const [first] = parameterMap([set(1, 1, 1), set(9, 1, 3), set(5, 2, 0)]);
    expect(first?.neighbours).toBe(0);
  });

  it('leaves a single set without neighbours alone, and takes it', () => {
    const cells = parameterMap([{ parameters: {}, score: -1 }]);
    expect(cells).toEqual([
      { parameters: {}, score: -1, neighbours: 0, steadyScore: -1, gainingFraction: null },
    ]);
    expect(steadiestCell(cells)?.score).toBe(-1);
  });

  it('refuses sets that cannot be told apart or name other parameters', () => {
    expect(() => parameterMap([set(1, 1, 1), set(1, 1, 2)])).toThrow('is there twice');
    expect(() => parameterMap([set(1, 1, 1), { parameters: { fast: 1 }, score: 1 }])).toThrow(RangeError);
  });
});
