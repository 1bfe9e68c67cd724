import { type StrategyParameters, sweepOf } from '#tools/strategies/parameter-range.ts';
import type { Strategy } from '#tools/strategies/strategy.ts';

/**
 * A grid over the ranges of a strategy, at most `mostSets` sets before those that clash are left out: as many values of
 * each parameter as of the others, ends included, and the usual value where there is room for one alone. The same
 * arguments give the same sets in the same order.
 */
export function parameterGrid(
  { ranges, clash }: Pick<Strategy, 'ranges' | 'clash'>,
  mostSets: number,
): StrategyParameters[] {
  const names = Object.keys(ranges);
  const values = names.map((name) => {
    const range = ranges[name];
    return range === undefined ? [] : sweepOf(range);
  });
  const counts = shareOut(
    values.map(({ length }) => length),
    mostSets,
  );
  const axes = names.map((name, i) => {
    const count = counts[i] ?? 1;
    const all = values[i] ?? [];
    if (count === 1) return [ranges[name]?.usual ?? 0];
    return Array.from(
      { length: count },
      (_, at) => all[Math.round((at * (all.length - 1)) / (count - 1))] ?? 0,
    );
  });
  let sets: StrategyParameters[] = [{}];
  names.forEach((name, i) => {
    sets = sets.flatMap((set) => (axes[i] ?? []).map((value) => ({ ...set, [name]: value })));
  });
  return sets.filter((set) => clash(set) === null);
}

/** One value more for the parameter that has fewest, as long as the product stays within `most`. */
function shareOut(lengths: readonly number[], most: number): number[] {
  const counts = lengths.map(() => 1);
  for (;;) {
    const product = counts.reduce((sum, count) => sum * count, 1);
    const growing = counts
      .map((count, i) => ({ i, count }))
      .filter(({ i, count }) => count < (lengths[i] ?? 0) && (product / count) * (count + 1) <= most)
      .sort((left, right) => left.count - right.count || left.i - right.i)[0];
    if (growing === undefined) return counts;
    counts[growing.i] = growing.count + 1;
  }
}
