import type { CycleOutcome, RunKind, RunStatus, RunSummary } from '#domain/run.ts';
import type { Page } from './types.ts';

export interface RunFilter {
  readonly deskId: string | null;
  readonly kind: string | null;
  readonly status: string | null;
  readonly outcome: string | null;
  readonly symbol: string | null;
  /** `false` leaves out runs that decide another one again. */
  readonly forks: 'false' | null;
}

export const NO_FILTER: RunFilter = {
  deskId: null,
  kind: null,
  status: null,
  outcome: null,
  symbol: null,
  forks: null,
};

export const KINDS: readonly string[] = ['cycle', 'analysis', 'fork', 'shadow'] satisfies RunKind[];
export const OUTCOMES: readonly string[] = [
  'traded',
  'held',
  'denied',
  'halted',
  'failed',
] satisfies CycleOutcome[];
export const STATUSES: readonly string[] = [
  'queued',
  'running',
  'finished',
  'failed',
  'cancelled',
  'lost',
] satisfies RunStatus[];

export function matchesFilter(run: RunSummary, filter: RunFilter): boolean {
  return (
    (filter.deskId === null || run.deskId === filter.deskId) &&
    (filter.forks === null || run.forkOf === null) &&
    (filter.kind === null || run.kind === filter.kind) &&
    (filter.status === null || run.status === filter.status) &&
    (filter.outcome === null || run.outcome === filter.outcome) &&
    (filter.symbol === null || run.symbols.includes(filter.symbol))
  );
}

/**
 * Puts a run the stream told of into the loaded pages: in its place when it is there, on top when it is new,
 * out when it no longer fits the filter. Pages are newest first.
 */
export function upsertRun(
  pages: readonly Page<RunSummary>[],
  run: RunSummary,
  filter: RunFilter,
): Page<RunSummary>[] {
  const fits = matchesFilter(run, filter);
  const known = pages.some((page) => page.items.some((row) => row.runId === run.runId));
  return pages.map((page, index) => {
    const items = page.items.flatMap((row) => (row.runId !== run.runId ? [row] : fits ? [run] : []));
    return { ...page, items: index === 0 && fits && !known ? [run, ...items] : items };
  });
}
