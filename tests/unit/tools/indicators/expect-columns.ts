import { expect } from 'vitest';

/** Holds two aligned columns equal within `tolerance` of their size, warm-up included: NaN only matches NaN. */
export function expectSameColumns(actual: Float64Array, expected: Float64Array, tolerance = 1e-12): void {
  expect(actual.length).toBe(expected.length);
  expectSameValues(actual, expected, tolerance);
}

/** Holds `tail`, as libraries without a warm-up give it, equal to the last values of a column and the rest to be NaN. */
export function expectSameTail(actual: Float64Array, tail: ArrayLike<number>, tolerance = 1e-12): void {
  const offset = actual.length - tail.length;
  expect(offset).toBeGreaterThanOrEqual(0);
  expect([...actual.subarray(0, offset)].every(Number.isNaN)).toBe(true);
  expectSameValues(actual.subarray(offset), tail, tolerance);
}

export function isAllNaN(column: Float64Array): boolean {
  return column.every((value) => Number.isNaN(value));
}

function expectSameValues(actual: Float64Array, expected: ArrayLike<number>, tolerance: number): void {
  const isSame = (value: number, wanted: number) =>
    Number.isNaN(wanted)
      ? Number.isNaN(value)
      : Math.abs(value - wanted) <= tolerance * Math.max(1, Math.abs(wanted));
  const index = actual.findIndex((value, i) => !isSame(value, expected[i]!));
  expect(index, `first difference: ${actual[index]} against ${expected[index]} at ${index}`).toBe(-1);
}
