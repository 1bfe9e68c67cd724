/** The list of runs: what its address may ask, and its pages, each read and forgotten on its own. */
import { queryOptions } from '@tanstack/react-query';
import type { FoundRun, RunSummary } from '#domain/run.ts';
import { requestJson } from './client.ts';
import type { Page } from './types.ts';

export const FILTER_NAMES = [
  ...(['q', 'outcome', 'status', 'kind', 'symbol', 'deskId', 'agent', 'abstained', 'denial'] as const),
  ...(['minCostUsd', 'maxCostUsd', 'from', 'to', 'forks'] as const),
] as const;
export type FilterName = (typeof FILTER_NAMES)[number];
/** As the address and the API have it. */
export type RunListFilter = Readonly<Partial<Record<FilterName, string>>>;

export const RUNS_PER_PAGE = 50;
/** A page far from what is looked at is read again when somebody comes back to it. */
const KEPT_MS = 20_000;

export const RUN_PAGES_KEY = ['run-list'] as const;
export const NEWEST_RUNS_KEY = ['newest-runs'] as const;

export function readFilter(search: URLSearchParams): RunListFilter {
  const named = FILTER_NAMES.map((name) => [name, search.get(name)?.trim()] as const);
  return Object.fromEntries(named.filter(([, value]) => value));
}

/** The first page as it is now, whatever page is looked at. */
export function newestRunsQuery(filter: RunListFilter) {
  return queryOptions({
    queryKey: [...NEWEST_RUNS_KEY, filter] as const,
    queryFn: ({ signal }) => readPage({ ...filter, limit: String(RUNS_PER_PAGE) }, signal),
  });
}

/** Whether anything fits: the cheapest question there is. */
export function anyRunQuery(filter: RunListFilter) {
  return queryOptions({
    queryKey: [...NEWEST_RUNS_KEY, filter, 'any'] as const,
    queryFn: ({ signal }) => readPage({ ...filter, limit: '1' }, signal),
  });
}

export interface PagePlace {
  /** No run begun later is on any page of the list. */
  readonly upToMs: number;
  /** Null for the first page. */
  readonly cursor: string | null;
}

export function runPageQuery(filter: RunListFilter, { upToMs, cursor }: PagePlace) {
  const to = Math.min(upToMs, filter.to === undefined ? upToMs : Date.parse(filter.to));
  return queryOptions({
    queryKey: [...RUN_PAGES_KEY, filter, upToMs, cursor] as const,
    queryFn: ({ signal }) =>
      readPage(
        { ...filter, to: String(to), limit: String(RUNS_PER_PAGE), ...(cursor !== null && { cursor }) },
        signal,
      ),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
  });
}

/** Puts what the stream tells of a run in its place; new runs wait until they are asked for. */
export function withRun(page: Page<FoundRun>, run: RunSummary): Page<FoundRun> {
  if (!page.items.some(({ runId }) => runId === run.runId)) return page;
  return { ...page, items: page.items.map((row) => (row.runId === run.runId ? { ...row, ...run } : row)) };
}

function readPage(search: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Page<FoundRun>> {
  return requestJson<Page<FoundRun>>(`/api/runs?${new URLSearchParams(search)}`, { signal });
}
