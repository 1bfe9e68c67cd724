import { infiniteQueryOptions } from '@tanstack/react-query';
import type { AuditEntry } from '#domain/audit.ts';
import { requestJson } from '../api/client.ts';
import type { Page } from '../api/types.ts';

const PAGE_SIZE = '50';

export function auditQuery(filter: Readonly<Record<string, string>>) {
  return infiniteQueryOptions({
    queryKey: ['audit', filter] as const,
    queryFn: ({ pageParam, signal }) => {
      const search = new URLSearchParams({ ...filter, limit: PAGE_SIZE });
      if (pageParam !== null) search.set('cursor', pageParam);
      return requestJson<Page<AuditEntry>>(`/api/audit?${search}`, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page<AuditEntry>) => page.nextCursor,
  });
}
