import { useState } from 'react';
import type { Column } from './data-table.tsx';
import { nextSort, type Sort, sorted } from './sort-rows.ts';

/** Rows in the order the reader chose: a heading first sorts downwards, then upwards, then not at all. */
export function useSorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[]) {
  const [sort, setSort] = useState<Sort | null>(null);
  const sortBy = columns.find(({ label }) => label === sort?.label)?.sortBy;
  return {
    rows: sort === null || sortBy === undefined ? rows : sorted(rows, sortBy, sort.isDescending),
    sort,
    onSort: (label: string) => setSort((before) => nextSort(before, label)),
  };
}
