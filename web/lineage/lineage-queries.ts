import { queryOptions } from '@tanstack/react-query';
import type { RunLineage, TradeLineage } from '#domain/lineage.ts';
import { requestJson } from '../api/client.ts';

/** Beside the books, so that what changes them changes these. */
const BOOKS = 'books';

export function runLineageQuery(runId: string) {
  return queryOptions({
    queryKey: [BOOKS, 'lineage', 'run', runId] as const,
    queryFn: ({ signal }) =>
      requestJson<RunLineage>(`/api/runs/${encodeURIComponent(runId)}/lineage`, { signal }),
  });
}

export function tradeLineageQuery(tradeId: string, deskId: string | null) {
  const search = deskId === null ? '' : `?${new URLSearchParams({ deskId })}`;
  return queryOptions({
    queryKey: [BOOKS, 'lineage', 'trade', tradeId, deskId] as const,
    queryFn: ({ signal }) =>
      requestJson<TradeLineage>(`/api/trades/${encodeURIComponent(tradeId)}/lineage${search}`, { signal }),
  });
}
