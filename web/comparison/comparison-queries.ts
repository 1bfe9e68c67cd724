import { queryOptions, skipToken } from '@tanstack/react-query';
import type { ListedRun } from '#domain/run.ts';
import type { RunsBeside } from '#domain/run-comparison.ts';
import { requestJson } from '../api/client.ts';
import type { Page } from '../api/types.ts';

/** Two records never change; asked for once both are written. */
export function comparisonQuery(runId: string, otherId: string, isWritten: boolean) {
  const search = new URLSearchParams({ with: otherId });
  return queryOptions({
    queryKey: ['comparison', runId, otherId] as const,
    queryFn: isWritten
      ? ({ signal }: { signal: AbortSignal }) =>
          requestJson<RunsBeside>(`/api/runs/${encodeURIComponent(runId)}/comparison?${search}`, { signal })
      : skipToken,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Runs that fit, newest first; under the key of lists, so that the stream renews them. */
export function besideQuery(name: string, search: Readonly<Record<string, string>> | null) {
  return queryOptions({
    queryKey: ['beside', name, search] as const,
    queryFn:
      search === null
        ? skipToken
        : ({ signal }: { signal: AbortSignal }) =>
            requestJson<Page<ListedRun>>(`/api/runs?${new URLSearchParams(search)}`, { signal }),
  });
}

export function comparePath(runId: string, otherId: string): string {
  return `/runs/${encodeURIComponent(runId)}/compare/${encodeURIComponent(otherId)}`;
}
