/** By which heading rows are sorted, and which way. */
export interface Sort {
  readonly label: string;
  readonly isDescending: boolean;
}

export function nextSort(before: Sort | null, label: string): Sort | null {
  if (before?.label !== label) return { label, isDescending: true };
  return before.isDescending ? { label, isDescending: false } : null;
}

/** Equal rows keep their order; what has no value comes last either way. */
export function sorted<Row>(
  rows: readonly Row[],
  sortBy: (row: Row) => string | number | null,
  isDescending: boolean,
): Row[] {
  return [...rows].sort((left, right) => {
    const [one, other] = [sortBy(left), sortBy(right)];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    if (one === other) return 0;
    return one < other === isDescending ? 1 : -1;
  });
}
