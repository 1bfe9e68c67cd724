import { infiniteQueryOptions } from '@tanstack/react-query';
import { requestJson } from './client.ts';
import type { Post } from './idempotent-post.ts';
import type { QTableMove, QTablePage, QTablePiece } from './q-table-types.ts';

export const Q_TABLES_KEY = ['qtables'] as const;

export const qTablePagesQuery = infiniteQueryOptions({
  queryKey: [...Q_TABLES_KEY, 'list'] as const,
  queryFn: ({ pageParam, signal }) =>
    requestJson<QTablePage>(
      `/api/qtables?${new URLSearchParams({ limit: '20', ...(pageParam && { cursor: pageParam }) })}`,
      { signal },
    ),
  initialPageParam: null as string | null,
  getNextPageParam: ({ nextCursor }: QTablePage) => nextCursor,
});

const STATES_IN_A_PIECE = '4000';

/** A version never changes: only whether it is promoted, which the list tells. */
export function qTableQuery(version: string) {
  return infiniteQueryOptions({
    queryKey: ['qtable', version] as const,
    queryFn: ({ pageParam, signal }) =>
      requestJson<QTablePiece>(
        `${pathOf(version)}?${new URLSearchParams({ limit: STATES_IN_A_PIECE, ...(pageParam !== null && { after: String(pageParam) }) })}`,
        { signal },
      ),
    initialPageParam: null as number | null,
    getNextPageParam: ({ states }: QTablePiece) => states.nextAfter,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function promoteQTable(post: Post, version: number, reason: string): Promise<QTableMove> {
  return post(`${pathOf(String(version))}/promote`, { reason });
}

/** Refused where it no longer leads where it was seen to lead. */
export function rollBackQTable(post: Post, seen: QTableMove, reason: string): Promise<QTableMove> {
  return post('/api/qtables/rollback', { reason, seen });
}

function pathOf(version: string): string {
  return `/api/qtables/${encodeURIComponent(version)}`;
}
