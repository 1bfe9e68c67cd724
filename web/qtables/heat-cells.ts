/** What a table learned, laid out on two of its buckets. Pure. */
import type { QBucket, QState } from '../api/q-table-types.ts';

export interface HeatChoice {
  /** Names of buckets. */
  readonly rows: string;
  readonly columns: string;
  /** The value each other bucket must have; one that is not named may have any. */
  readonly only: Readonly<Record<string, string>>;
}

/** The situations of one cell that were met. */
export interface HeatCell {
  readonly row: string;
  readonly column: string;
  readonly states: readonly QState[];
  readonly visits: number;
  /** Of them, with enough visits to have a say. */
  readonly supported: readonly QState[];
  /** Visits with a say, for each action by what the table advises there. */
  readonly advised: readonly number[];
  /** The action it advises most often, by visits; null without support. */
  readonly best: number | null;
  /** How far the best action lies before the next one, the mean over visits with a say; null without support. */
  readonly spread: number | null;
}

/** Rows of cells, in the order of the buckets' values. */
export function heatRows(
  states: readonly QState[],
  buckets: readonly QBucket[],
  choice: HeatChoice,
  minVisits: number,
): HeatCell[][] {
  const [rows, columns] = [valuesOf(buckets, choice.rows), valuesOf(buckets, choice.columns)];
  const met = new Map<string, QState[]>();
  for (const state of states) {
    const words = wordsOf(state.index, buckets);
    if (!fits(words, choice)) continue;
    const key = `${words[choice.rows]} ${words[choice.columns]}`;
    const here = met.get(key);
    if (here) here.push(state);
    else met.set(key, [state]);
  }
  return rows.map((row) =>
    columns.map((column) => cellOf(row, column, met.get(`${row} ${column}`) ?? [], minVisits)),
  );
}

/** What each bucket of a state's index says: its digits, the last one the fastest. */
export function wordsOf(index: number, buckets: readonly QBucket[]): Record<string, string> {
  const words: Record<string, string> = {};
  let rest = index;
  for (const { name, values } of buckets.toReversed()) {
    words[name] = values[rest % values.length] ?? '';
    rest = Math.floor(rest / values.length);
  }
  return words;
}

/** The allowed action of the greatest value, the first of equals, as the desk takes it. */
export function bestOf(values: QState['values']): number {
  return values.reduce<number>((best, value, action) => {
    const known = values[best];
    return value !== null && (known === null || known === undefined || value > known) ? action : best;
  }, 0);
}

/** From the best allowed value to the next one. */
export function spreadOf(values: QState['values']): number {
  const [first = 0, second = first] = values
    .filter((value) => value !== null)
    .sort((left, right) => right - left);
  return first - second;
}

/** The mean value of an action over situations, by their visits; null where none of them allows it. */
export function meanValue(states: readonly QState[], action: number): number | null {
  const allowing = states.filter(({ values }) => (values[action] ?? null) !== null);
  return meanByVisits(allowing, ({ values }) => values[action] ?? 0);
}

function cellOf(row: string, column: string, states: readonly QState[], minVisits: number): HeatCell {
  const supported = states.filter(({ visits }) => visits >= minVisits);
  const advised: number[] = [];
  for (const { values, visits } of supported) {
    const best = bestOf(values);
    for (let action = advised.length; action < values.length; action++) advised.push(0);
    advised[best] = (advised[best] ?? 0) + visits;
  }
  return {
    ...{ row, column, states, supported, advised },
    visits: visitsOf(states),
    best: supported.length === 0 ? null : advised.indexOf(Math.max(...advised)),
    spread: meanByVisits(supported, ({ values }) => spreadOf(values)),
  };
}

function meanByVisits(states: readonly QState[], read: (state: QState) => number): number | null {
  const sum = states.reduce((total, state) => total + read(state) * state.visits, 0);
  return states.length === 0 ? null : sum / visitsOf(states);
}

function visitsOf(states: readonly QState[]): number {
  return states.reduce((sum, { visits }) => sum + visits, 0);
}

function fits(words: Readonly<Record<string, string>>, { only }: HeatChoice): boolean {
  return Object.entries(only).every(([name, value]) => words[name] === value);
}

function valuesOf(buckets: readonly QBucket[], name: string): readonly string[] {
  return buckets.find((bucket) => bucket.name === name)?.values ?? [];
}
