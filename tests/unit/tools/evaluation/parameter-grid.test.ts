import { describe, expect, it } from 'vitest';
import { parameterGrid } from '#tools/evaluation/parameter-grid.ts';
import { wholeNumber } from '#tools/strategies/parameter-range.ts';
import { parametersSchema } from '#tools/strategies/parameters.ts';
import { STRATEGIES } from '#tools/strategies/registry.ts';

const range = (usual: number, least: number, most: number, step: number) =>
  wholeNumber('', { usual, least, most, step });
const free = (ranges: Parameters<typeof parameterGrid>[0]['ranges']) => ({ ranges, clash: () => null });

describe('a grid of parameters', () => {
  it('gives each parameter as many values, ends included', () => {
    const sets = parameterGrid(free({ a: range(2, 1, 5, 1), b: range(10, 10, 50, 10) }), 9);
    expect(sets).toHaveLength(9);
    expect(sets.slice(0, 4)).toEqual([
      { a: 1, b: 10 },
      { a: 1, b: 30 },
      { a: 1, b: 50 },
      { a: 3, b: 10 },
    ]);
  });

  it('takes the usual value where there is room for one', () => {
    expect(parameterGrid(free({ a: range(2, 1, 5, 1), b: range(20, 10, 50, 10) }), 1)).toEqual([
      { a: 2, b: 20 },
    ]);
  });

  it('takes no more values than a range has, and gives the room to the others', () => {
    const sets = parameterGrid(free({ shorts: range(0, 0, 1, 1), bars: range(2, 1, 9, 1) }), 12);
    expect(sets).toHaveLength(12);
    expect(new Set(sets.map(({ bars }) => bars)).size).toBe(6);
  });

  it('leaves out sets that clash', () => {
    const clash = ({ a, b }: Record<string, number>) => ((a ?? 0) < (b ?? 0) ? null : 'not below');
    const sets = parameterGrid({ ranges: { a: range(1, 1, 3, 1), b: range(2, 1, 3, 1) }, clash }, 9);
    expect(sets).toEqual([
      { a: 1, b: 2 },
      { a: 1, b: 3 },
      { a: 2, b: 3 },
    ]);
  });

  it.each(STRATEGIES)('of $name has sets it takes, the same each time', (strategy) => {
    const sets = parameterGrid(strategy, 40);
    expect(sets.length).toBeGreaterThan(0);
    expect(sets.length).toBeLessThanOrEqual(40);
    for (const set of sets) expect(parametersSchema(strategy).parse(set)).toEqual(set);
    expect(parameterGrid(strategy, 40)).toEqual(sets);
  });
});
