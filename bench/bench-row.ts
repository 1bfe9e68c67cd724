/** One line of a bench table. Ratios are taken within one run, since machines differ by more than code does. */
export interface BenchRow {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  /** Of rows whose goal is there. */
  readonly p95?: number;
  readonly p99: number;
  /** What `ratio` divides by; null where there is nothing to hold it against. */
  readonly baseline: string | null;
  /** Our median over the baseline's: under 1 is faster. */
  readonly ratio: number | null;
}

/** Median, 95th and 99th percentile of timings, nearest rank. */
export function summarise(timings: readonly number[]): Readonly<Record<'median' | 'p95' | 'p99', number>> {
  const sorted = [...timings].sort((left, right) => left - right);
  const rank = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
  const median = rank(0.5);
  const p95 = rank(0.95);
  const p99 = rank(0.99);
  if (median === undefined || p95 === undefined || p99 === undefined)
    throw new RangeError('summarise: no timings');
  return { median, p95, p99 };
}

/**
 * Times each of `works` in milliseconds, `rounds` times, taking turns so that a busy moment of the machine falls on all
 * of them alike, after `warmUp` untimed turns for the compiler.
 */
export function timeTurnsMs(works: readonly (() => unknown)[], rounds: number, warmUp: number): number[][] {
  const timings: number[][] = works.map(() => []);
  for (let round = -warmUp; round < rounds; round++) {
    works.forEach((work, index) => {
      const startMs = performance.now();
      work();
      const tookMs = performance.now() - startMs;
      if (round >= 0) timings[index]?.push(tookMs);
    });
  }
  return timings;
}

/** A plain-text table, one row a line. */
export function benchTable(rows: readonly BenchRow[]): string {
  const cells = [
    ['name', 'unit', 'median', 'p99', 'ratio', 'against'],
    ...rows.map((row) => [
      row.name,
      row.unit,
      row.median.toFixed(2),
      row.p99.toFixed(2),
      row.ratio === null ? '' : row.ratio.toFixed(2),
      row.baseline ?? '',
    ]),
  ];
  const [head] = cells;
  const widths = (head ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
