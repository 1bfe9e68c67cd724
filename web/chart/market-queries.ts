/** What the pages read of the market and of what the desk made of it. */
import { infiniteQueryOptions, queryOptions, skipToken } from '@tanstack/react-query';
import type { Board } from '#domain/board.ts';
import type { ChartChoices } from '#domain/chart-bars.ts';
import type { PastSignal } from '#domain/past-signal.ts';
import { requestJson } from '../api/client.ts';
import type { DeskOrder, DeskTrade, Page } from '../api/types.ts';

/** Read again when a cycle has ended; this is for a word that was missed. */
const CYCLES_EVERY_MS = 30_000;

export const chartChoicesQuery = queryOptions({
  queryKey: ['chart choices'],
  queryFn: ({ signal }) => requestJson<ChartChoices>('/api/candles/choices', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export function boardQuery(deskId: string | null) {
  return ofDesk<{ readonly board: Board | null }>(['cycles', 'board'], '/api/board', deskId, {});
}

/** What stands on the venue. */
export function openOrdersQuery(deskId: string | null) {
  return ofDesk<Page<DeskOrder>>(['books', 'open orders'], '/api/orders', deskId, {
    open: 'true',
    limit: '100',
  });
}

/** The newest trades of one symbol. */
export function symbolTradesQuery(deskId: string | null, symbol: string) {
  return ofDesk<Page<DeskTrade>>(['books', 'trades of'], '/api/trades', deskId, { symbol, limit: '200' });
}

/** The newest cycles in which a symbol was to be bought or sold. */
export function symbolSignalsQuery(deskId: string | null, symbol: string) {
  const search = { symbol, action: 'any', limit: '200' };
  return ofDesk<Page<PastSignal>>(['cycles', 'signals of'], '/api/signals', deskId, search);
}

/** By what its readers are told of: `books` that changed, `cycles` that ended. */
type Topic = readonly ['books' | 'cycles', string];

function ofDesk<Answer>(
  topic: Topic,
  path: string,
  deskId: string | null,
  search: Readonly<Record<string, string>>,
) {
  return queryOptions({
    queryKey: [...topic, deskId, search] as const,
    queryFn:
      deskId === null
        ? skipToken
        : ({ signal }: { signal: AbortSignal }) =>
            requestJson<Answer>(`${path}?${new URLSearchParams({ deskId, ...search })}`, { signal }),
    refetchInterval: CYCLES_EVERY_MS,
  });
}

export type ListSearch = Readonly<Record<string, string>>;

export function signalPagesQuery(deskId: string | null, search: ListSearch) {
  return pagesOf<PastSignal>(['cycles', 'signals'], '/api/signals', deskId, search);
}

export function tradePagesQuery(deskId: string | null, search: ListSearch) {
  return pagesOf<DeskTrade>(['books', 'trade pages'], '/api/trades', deskId, search);
}

function pagesOf<Row>(topic: Topic, path: string, deskId: string | null, search: ListSearch) {
  return infiniteQueryOptions({
    queryKey: [...topic, deskId, search] as const,
    queryFn: ({ pageParam, signal }) => {
      const asked = { ...search, ...(deskId && { deskId }), ...(pageParam && { cursor: pageParam }) };
      return requestJson<Page<Row>>(`${path}?${new URLSearchParams(asked)}`, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page<Row>) => page.nextCursor,
    enabled: deskId !== null,
  });
}
