/** Everything the pages read, with the key it is cached under. */
import { type InfiniteData, infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Position, Trade } from '#domain/account.ts';
import type { EquityPoint, SystemState } from '#domain/desk-event.ts';
import type { Order } from '#domain/order.ts';
import type { Desk, RunSummary } from '#domain/run.ts';
import { requestJson } from './client.ts';
import type { RunFilter } from './run-filter.ts';
import type { AccountAnswer, Page, RunAnswer } from './types.ts';

// The stream tells of changes at once; this polling is for what it may have missed, and keeps the clocks together.
const STATE_EVERY_MS = 5_000;
const BOOKS_EVERY_MS = 30_000;

export type RunPages = InfiniteData<Page<RunSummary>, string | null>;

export const stateQuery = queryOptions({
  queryKey: ['state'],
  queryFn: ({ signal }) => requestJson<SystemState>('/api/state', { signal }),
  refetchInterval: STATE_EVERY_MS,
});

export const desksQuery = queryOptions({
  queryKey: ['desks'],
  queryFn: ({ signal }) => requestJson<Page<Desk>>('/api/desks', { signal }),
});

export const accountQuery = queryOptions({
  queryKey: ['books', 'account'],
  queryFn: ({ signal }) => requestJson<AccountAnswer>('/api/account', { signal }),
  refetchInterval: BOOKS_EVERY_MS,
});

export const positionsQuery = queryOptions({
  queryKey: ['books', 'positions'],
  queryFn: ({ signal }) => requestJson<Page<Position>>('/api/positions', { signal }),
  refetchInterval: BOOKS_EVERY_MS,
});

export const ordersQuery = queryOptions({
  queryKey: ['books', 'orders'],
  queryFn: ({ signal }) => requestJson<Page<Order>>('/api/orders?limit=100', { signal }),
});

export const tradesQuery = queryOptions({
  queryKey: ['books', 'trades'],
  queryFn: ({ signal }) => requestJson<Page<Trade>>('/api/trades?limit=20', { signal }),
});

export const equityQuery = queryOptions({
  queryKey: ['books', 'equity'],
  queryFn: ({ signal }) => requestJson<Page<EquityPoint>>('/api/equity?limit=2000', { signal }),
});

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
