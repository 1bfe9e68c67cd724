import type { QBucket } from '../api/q-table-types.ts';
import { useFilter } from '../ui/use-filter.ts';
import type { HeatChoice } from './heat-cells.ts';

export const SHADES = { action: 'Best action', spread: 'Spread of values' } as const;
export type Shade = keyof typeof SHADES;

/** What an action means hangs on what is held: so one position at a time, unless all are asked for. */
export const POSITION = 'position';
const ANY = 'any';

/** What of a table is shown, kept in the address. */
export function useHeatChoice(buckets: readonly QBucket[]) {
  const names = buckets.map(({ name }) => name);
  const { filter, change } = useFilter(['rows', 'columns', 'shade', ...names]);
  const rows = names.find((name) => name === filter.rows) ?? names[0] ?? '';
  const others = names.filter((name) => name !== rows);
  const columns = others.find((name) => name === filter.columns) ?? defaultColumns(others);
  const wanted = (name: string) => filter[name] ?? (name === POSITION ? 'none' : ANY);
  const only: Record<string, string> = {};
  for (const { name, values } of buckets)
    if (name !== rows && name !== columns && values.includes(wanted(name))) only[name] = wanted(name);
  const choice: HeatChoice = { rows, columns, only };
  const shade: Shade = filter.shade === 'spread' ? 'spread' : 'action';
  return { choice, shade, change, any: ANY };
}

/** The momentum beside the trend, where there is one. */
function defaultColumns(names: readonly string[]): string {
  return names.find((name) => name === 'macd') ?? names[0] ?? '';
}
