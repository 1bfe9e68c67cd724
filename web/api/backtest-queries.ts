/** What the pages read and ask of backtests. A change of any makes everything below `backtests` old. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Backtest, BacktestChoices, WholeBacktest } from '#domain/backtest.ts';
import type { ChartBars } from '#domain/chart-bars.ts';
import { requestJson } from './client.ts';
import type { Post } from './idempotent-post.ts';
import type { Page } from './types.ts';

export const BACKTESTS_KEY = ['backtests'] as const;

/** The stream tells when one begins and ends; how far it is, is asked. */
const PROGRESS_EVERY_MS = 1_000;

export function isUnderWay({ status }: Pick<Backtest, 'status'>): boolean {
  return status === 'queued' || status === 'running';
}

export const backtestPagesQuery = infiniteQueryOptions({
  queryKey: [...BACKTESTS_KEY, 'list'] as const,
  queryFn: ({ pageParam, signal }) =>
    requestJson<Page<Backtest>>(
      `/api/backtests?${new URLSearchParams({ limit: '20', ...(pageParam && { cursor: pageParam }) })}`,
      { signal },
    ),
  initialPageParam: null as string | null,
  getNextPageParam: (page: Page<Backtest>) => page.nextCursor,
  refetchInterval: ({ state }) =>
    state.data?.pages.some(({ items }) => items.some(isUnderWay)) ? PROGRESS_EVERY_MS : false,
});

export const backtestChoicesQuery = queryOptions({
  queryKey: [...BACKTESTS_KEY, 'choices'] as const,
  queryFn: ({ signal }) => requestJson<BacktestChoices>('/api/backtests/choices', { signal }),
  staleTime: 60_000,
});

export function backtestQuery(backtestId: string) {
  return queryOptions({
    queryKey: [...BACKTESTS_KEY, 'one', backtestId] as const,
    queryFn: ({ signal }) => requestJson<WholeBacktest>(pathOf(backtestId), { signal }),
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data) ? PROGRESS_EVERY_MS : false),
  });
}

/** Of a finished one: they do not change. */
export function backtestBarsQuery(backtestId: string, symbol: string) {
  return queryOptions({
    queryKey: ['backtest bars', backtestId, symbol] as const,
    queryFn: ({ signal }) =>
      requestJson<ChartBars>(`${pathOf(backtestId)}/candles?${new URLSearchParams({ symbol })}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export interface BacktestQuestion {
  readonly from: string;
  readonly to: string;
  readonly symbols: readonly string[];
  readonly strategy: string;
}

export function startBacktest(post: Post, question: BacktestQuestion): Promise<{ backtestId: string }> {
  return post('/api/backtests', question);
}

export function cancelBacktest(post: Post, backtestId: string): Promise<unknown> {
  return post(`${pathOf(backtestId)}/cancel`, {});
}

function pathOf(backtestId: string): string {
  return `/api/backtests/${encodeURIComponent(backtestId)}`;
}
