import { type UseQueryResult, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { FoundRun } from '#domain/run.ts';
import { newestRunsQuery, RUNS_PER_PAGE, type RunListFilter, runPageQuery } from '../api/run-list.ts';
import type { Page } from '../api/types.ts';

export interface RunList {
  /** Its first reading, for what is shown before there is a list. */
  readonly first: Pick<UseQueryResult<Page<FoundRun>>, 'data' | 'error' | 'refetch'>;
  /** Null until there is a list. */
  readonly rows: RunRows | null;
  /** Began since the list was read: shown by `showNewest` alone, so that nothing moves under a reader. */
  readonly newRuns: { readonly count: number; readonly isMore: boolean };
  showNewest(): void;
}

export interface RunRows {
  /** Places to show, the last of them not read yet while `isMore`. */
  readonly count: number;
  readonly isMore: boolean;
  /** Undefined where the page is still read, or was forgotten and is read again. */
  at(index: number): FoundRun | undefined;
  /** Why a page could not be read. */
  readonly error: unknown;
  retry(): void;
}

interface Chain {
  readonly upToMs: number;
  /** Where each page begins, as far as it is known. */
  readonly cursors: readonly (string | null)[];
  /** Rows of the last page; null while it is not read. */
  readonly lastLength: number | null;
}

/**
 * The runs of a filter by their place, newest first, as of one moment. Only the pages around what is looked at are
 * held, so that a list of a hundred thousand takes no more than one of two hundred.
 */
export function useRunList(
  filter: RunListFilter,
  shown: { readonly from: number; readonly to: number },
): RunList {
  const client = useQueryClient();
  const newest = useQuery(newestRunsQuery(filter));
  const [chain, setChain] = useState<Chain | null>(null);
  const pages = useQueries({
    queries:
      chain === null
        ? []
        : wantedPages(chain, shown).map((page) =>
            runPageQuery(filter, { upToMs: chain.upToMs, cursor: chain.cursors[page] ?? null }),
          ),
  });

  function showNewest(): void {
    if (newest.data === undefined) return;
    const upToMs = newest.data.items[0]?.startedAtMs ?? 0;
    client.setQueryData(runPageQuery(filter, { upToMs, cursor: null }).queryKey, newest.data);
    setChain({ upToMs, cursors: [null], lastLength: null });
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first answer alone begins a list by itself
  useEffect(() => {
    if (chain === null) showNewest();
  }, [newest.data]);

  const wanted = chain === null ? [] : wantedPages(chain, shown);
  const read = new Map(wanted.map((page, place) => [page, pages[place]]));
  const last = chain === null ? undefined : read.get(chain.cursors.length - 1)?.data;
  useEffect(() => {
    if (last === undefined) return;
    setChain((before) => before && grown(before, last));
  }, [last]);

  const items = newest.data?.items ?? [];
  const begun = chain === null ? 0 : items.filter(({ startedAtMs }) => startedAtMs > chain.upToMs).length;
  return {
    first: newest,
    newRuns: { count: begun, isMore: begun === RUNS_PER_PAGE },
    showNewest,
    rows: chain === null ? null : rowsOf(chain, read),
  };
}

/** Those that hold what is shown, and their neighbours. */
function wantedPages({ cursors }: Chain, { from, to }: { from: number; to: number }): number[] {
  const first = Math.max(0, Math.floor(from / RUNS_PER_PAGE) - 1);
  const last = Math.min(cursors.length - 1, Math.floor(to / RUNS_PER_PAGE) + 1);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, place) => first + place);
}

function grown(chain: Chain, last: Page<FoundRun>): Chain {
  if (last.nextCursor !== null) {
    if (chain.cursors.includes(last.nextCursor)) return chain;
    return { ...chain, cursors: [...chain.cursors, last.nextCursor], lastLength: null };
  }
  return chain.lastLength === last.items.length ? chain : { ...chain, lastLength: last.items.length };
}

function rowsOf(
  chain: Chain,
  read: ReadonlyMap<number, UseQueryResult<Page<FoundRun>> | undefined>,
): RunRows {
  const whole = (chain.cursors.length - 1) * RUNS_PER_PAGE;
  const failed = [...read.values()].filter((page) => page?.error && page.data === undefined);
  return {
    count: whole + (chain.lastLength ?? RUNS_PER_PAGE),
    isMore: chain.lastLength === null,
    at: (index) => read.get(Math.floor(index / RUNS_PER_PAGE))?.data?.items[index % RUNS_PER_PAGE],
    error: failed[0]?.error ?? null,
    retry: () => {
      for (const page of failed) void page?.refetch();
    },
  };
}
