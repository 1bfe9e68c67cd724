/** Scores of a grid of parameters, and how steady each is: a peak whose neighbours lose was found by luck. */

/** The value of each parameter by its name. */
export type ParameterSet = Readonly<Record<string, number>>;

export interface ScoredSet {
  readonly parameters: ParameterSet;
  /** Null where it was N/A. */
  readonly score: number | null;
}

export interface MapCell extends ScoredSet {
  /** Sets that differ by one step of one number. */
  readonly neighbours: number;
  /** Mean of its own score and its neighbours', each N/A as `unknownScore`. */
  readonly steadyScore: number;
  /** Share of the neighbours with a score above 0; null without a neighbour. */
  readonly gainingFraction: number | null;
}

/**
 * In the order of the sets. A step of a number is the next value of it that occurs in any set.
 * O(sets × parameters).
 * @throws RangeError for sets that name other parameters than the first, and for two that are the same
 */
export function parameterMap(sets: readonly ScoredSet[], unknownScore = 0): MapCell[] {
  const names = Object.keys(sets[0]?.parameters ?? {});
  const steps = new Map(names.map((name) => [name, valuesOf(sets, name)]));
  const byKey = new Map<string, ScoredSet>();
  for (const set of sets) {
    const key = keyOf(set.parameters, names);
    if (Object.keys(set.parameters).length !== names.length || byKey.has(key))
      throw new RangeError(`the set ${key} has other parameters than ${names.join(', ')}, or is there twice`);
    byKey.set(key, set);
  }
  return sets.map((set) => {
    const around = names.flatMap((name) => neighboursBy(set.parameters, name, steps.get(name) ?? []));
    const found = around.flatMap((parameters) => byKey.get(keyOf(parameters, names)) ?? []);
    const scores = [set, ...found].map(({ score }) => score ?? unknownScore);
    const gaining = found.filter(({ score }) => (score ?? unknownScore) > 0).length;
    return {
      ...set,
      neighbours: found.length,
      steadyScore: scores.reduce((sum, score) => sum + score, 0) / scores.length,
      gainingFraction: found.length === 0 ? null : gaining / found.length,
    };
  });
}

/**
 * The cell that does best together with its neighbours among those with a score; the first of equals, so that the order
 * of the sets decides and not chance. Null where none has a score.
 */
export function steadiestCell(cells: readonly MapCell[]): MapCell | null {
  let best: MapCell | null = null;
  for (const cell of cells)
    if (cell.score !== null && (best === null || cell.steadyScore > best.steadyScore)) best = cell;
  return best;
}

function valuesOf(sets: readonly ScoredSet[], name: string): number[] {
  const values = sets.flatMap(({ parameters }) => parameters[name] ?? []);
  return [...new Set(values)].sort((left, right) => left - right);
}

function neighboursBy(parameters: ParameterSet, name: string, values: readonly number[]): ParameterSet[] {
  const value = parameters[name];
  if (value === undefined) return [];
  const at = values.indexOf(value);
  return [values[at - 1], values[at + 1]].flatMap((next) =>
    next === undefined ? [] : [{ ...parameters, [name]: next }],
  );
}

function keyOf(parameters: ParameterSet, names: readonly string[]): string {
  return JSON.stringify(names.map((name) => parameters[name] ?? null));
}
