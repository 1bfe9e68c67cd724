/** Rows and columns for statements that are written out: Postgres takes a row apart faster than it can be built here. */
import { getTableColumns } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { jsonText } from '../schema/columns.ts';

/** The keys of a table's columns, but for some. */
export function columnKeys<Table extends PgTable>(
  table: Table,
  but: readonly (keyof Table['_']['columns'])[],
): string[] {
  return Object.keys(getTableColumns(table)).filter((key) => !but.includes(key));
}

/** As many as there are columns, each asked for with every row. */
const SNAKE_CASES = new Map<string, string>();

/** What `casing: 'snake_case'` makes of a column's key. */
export function snakeCase(key: string): string {
  const known = SNAKE_CASES.get(key);
  if (known !== undefined) return known;
  const made = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  SNAKE_CASES.set(key, made);
  return made;
}

/** `column = excluded.column` for every column but the kept ones. */
export function incomingText<Table extends PgTable>(
  table: Table,
  kept: readonly (keyof Table['_']['columns'])[],
): string {
  const columns = columnKeys(table, kept).map(snakeCase);
  return columns.map((column) => `${column} = excluded.${column}`).join(', ');
}

/** Values by their columns' keys, as the JSON `jsonb_populate_record` makes a row of. */
export function rowText(values: object): string {
  return jsonText(asRow(values));
}

/** The same for `jsonb_populate_recordset`. */
export function rowsText(values: readonly object[]): string {
  return jsonText(values.map(asRow));
}

function asRow(values: object): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) row[snakeCase(key)] = value;
  return row;
}
