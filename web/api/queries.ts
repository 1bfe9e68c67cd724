/** Everything the pages read, with the key it is cached under. */
import { type InfiniteData, infiniteQueryOptions, queryOptions, skipToken } from '@tanstack/react-query';
import type { EquityPoint, SystemState } from '#domain/desk-event.ts';
import type { Desk, RunSummary } from '#domain/run.ts';
import type { EntryProgress } from '#domain/working-entry.ts';
import { requestJson } from './client.ts';
import type { RunFilter } from './run-filter.ts';
import type { ToldSpike } from './told-spikes.ts';
import type { AccountAnswer, DeskPosition, DeskTrade, Page, RunAnswer } from './types.ts';

// The stream tells of changes at once; this polling is for what it may have missed, and keeps the clocks together.
const STATE_EVERY_MS = 5_000;
const BOOKS_EVERY_MS = 30_000;

export type RunPages = InfiniteData<Page<RunSummary>, string | null>;

export const STATE_KEY = ['state'] as const;

/** The state of one desk; of the oldest when none is named. */
export function stateQuery(deskId: string | null) {
  const search = deskId === null ? '' : `?${new URLSearchParams({ deskId })}`;
  return queryOptions({
    queryKey: [...STATE_KEY, deskId] as const,
    queryFn: ({ signal }) => requestJson<SystemState>(`/api/state${search}`, { signal }),
    refetchInterval: STATE_EVERY_MS,
  });
}

export const desksQuery = queryOptions({
  queryKey: ['desks'],
  queryFn: ({ signal }) => requestJson<Page<Desk>>('/api/desks', { signal }),
});

export function accountQuery(deskId: string | null) {
  return bookQuery<AccountAnswer>('account', deskId, { readsAgain: true });
}

export function positionsQuery(deskId: string | null) {
  return bookQuery<Page<DeskPosition>>('positions', deskId, { readsAgain: true });
}

export function entriesQuery(deskId: string | null) {
  return bookQuery<Page<EntryProgress>>('entries', deskId, { readsAgain: true });
}

export function tradesQuery(deskId: string | null) {
  return bookQuery<Page<DeskTrade>>('trades', deskId, { limit: 20 });
}

export function equityQuery(deskId: string | null) {
  return bookQuery<Page<EquityPoint>>('equity', deskId, { limit: 2_000 });
}

/** A book of one desk; asked for once the desk is known. */
function bookQuery<Answer>(
  book: string,
  deskId: string | null,
  { limit, readsAgain = false }: { limit?: number; readsAgain?: boolean },
) {
  const search = new URLSearchParams({ ...(deskId && { deskId }), ...(limit && { limit: String(limit) }) });
  return queryOptions({
    queryKey: ['books', book, deskId] as const,
    queryFn:
      deskId === null
        ? skipToken
        : ({ signal }: { signal: AbortSignal }) => requestJson<Answer>(`/api/${book}?${search}`, { signal }),
    refetchInterval: readsAgain ? BOOKS_EVERY_MS : false,
  });
}

export function runsQuery(filter: RunFilter, pageSize: number) {
  return infiniteQueryOptions({
    queryKey: ['runs', filter, pageSize] as const,
    queryFn: ({ pageParam, signal }) =>
      requestJson<Page<RunSummary>>(`/api/runs?${runsSearch(filter, pageSize, pageParam)}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page<RunSummary>) => page.nextCursor,
  });
}

export function runQuery(runId: string) {
  return queryOptions({
    queryKey: ['run', runId] as const,
    queryFn: ({ signal }) => requestJson<RunAnswer>(`/api/runs/${encodeURIComponent(runId)}`, { signal }),
  });
}

function runsSearch(filter: RunFilter, pageSize: number, cursor: string | null): URLSearchParams {
  const search = new URLSearchParams({ limit: String(pageSize) });
  for (const [name, value] of Object.entries({ ...filter, cursor })) if (value) search.set(name, value);
  return search;
}

/** Nobody asks for spikes: they are news or nothing. */
export const spikesQuery = queryOptions<readonly ToldSpike[]>({
  queryKey: ['spikes'],
  queryFn: skipToken,
  gcTime: Number.POSITIVE_INFINITY,
});
