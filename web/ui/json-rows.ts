/** The lines of a folded JSON value as they stand below each other. Pure. */

export interface JsonRow {
  /** From the root, its names parted by what no stored name holds. */
  readonly path: string;
  readonly depth: number;
  readonly name: string | null;
  readonly value: unknown;
  /** Null for what cannot be opened. */
  readonly isOpen: boolean | null;
  /** Of an object or an array. */
  readonly size: number;
}

/** Of one array or object; what is over is told in a line of its own. */
export const MOST_CHILDREN = 5_000;

/** What is folded is not looked into, so a body of megabytes gives its first lines at once. */
export function jsonRows(value: unknown, isOpen: (path: string, depth: number) => boolean): JsonRow[] {
  const rows: JsonRow[] = [];
  add(rows, { value, name: null, path: '', depth: 0 }, isOpen);
  return rows;
}

/** How deep a value can be open at first without filling more than `most` lines; at least its own children. */
export function firstDepth(value: unknown, most = 200): number {
  const deeper = jsonRows(value, (_path, depth) => depth < 2);
  return deeper.length <= most ? 2 : 1;
}

function add(
  rows: JsonRow[],
  { value, name, path, depth }: Pick<JsonRow, 'value' | 'name' | 'path' | 'depth'>,
  isOpenAt: (path: string, depth: number) => boolean,
): void {
  const size = typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
  const isOpen = size === 0 ? null : isOpenAt(path, depth);
  rows.push({ path, depth, name, value, isOpen, size });
  if (!isOpen) return;
  for (const [key, child] of Object.entries(value as object).slice(0, MOST_CHILDREN))
    add(rows, { value: child, name: key, path: `${path}\0${key}`, depth: depth + 1 }, isOpenAt);
}
