import type { ReactNode } from 'react';
import type { Sort } from './sort-rows.ts';
import { WideBox } from './wide-box.tsx';

export interface Column<Row> {
  readonly label: string;
  readonly align?: 'end';
  /** How many of the three columns it takes in the phone's card; one when absent. */
  readonly span?: 2 | 3;
  /** Without its label in the phone's card: the row's heading, or a button. */
  readonly bare?: boolean;
  /** Stays in view at the right end while the rest of a table too wide for its box scrolls under it. */
  readonly pinned?: boolean;
  /** What rows are sorted by when the reader chooses this column; null comes last either way. */
  readonly sortBy?: (row: Row) => string | number | null;
  readonly cell: (row: Row) => ReactNode;
}

interface DataTableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly sort?: Sort | null;
  /** With it the columns that can be sorted by have a button for a heading. */
  readonly onSort?: (label: string) => void;
}

/** A table on a desk, one card for each row on a phone. */
export function DataTable<Row>({ caption, columns, rows, rowKey, sort, onSort }: DataTableProps<Row>) {
  return (
    <WideBox label={caption}>
      <table className="data-table">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.label}
                scope="col"
                data-align={column.align}
                data-pinned={column.pinned || undefined}
                aria-sort={ariaSort(column.label, sort)}
              >
                {onSort && column.sortBy ? (
                  <button
                    type="button"
                    className="-mx-1 rounded px-1 hover:text-ink"
                    onClick={() => onSort(column.label)}
                  >
                    {column.label}
                    <span aria-hidden="true">{signOf(column.label, sort)}</span>
                  </button>
                ) : (
                  column.label
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) => (
                <td
                  key={column.label}
                  data-align={column.align}
                  data-label={column.bare ? undefined : column.label}
                  data-span={column.span}
                  data-pinned={column.pinned || undefined}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </WideBox>
  );
}

function ariaSort(label: string, sort: Sort | null | undefined): 'ascending' | 'descending' | undefined {
  if (sort?.label !== label) return undefined;
  return sort.isDescending ? 'descending' : 'ascending';
}

function signOf(label: string, sort: Sort | null | undefined): string {
  if (sort?.label !== label) return ' ↕';
  return sort.isDescending ? ' ↓' : ' ↑';
}
