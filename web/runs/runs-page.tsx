import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { desksQuery, runsQuery } from '../api/queries.ts';
import { type RunFilter, senseless } from '../api/run-filter.ts';
import { useTitle } from '../shell/use-title.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { RunFilters } from './run-filters.tsx';
import { RunRow } from './run-row.tsx';

const PAGE_SIZE = 30;

/** All runs, newest first, live. The filter lives in the address, so a view can be kept and shared. */
export function RunsPage() {
  useTitle('Runs');
  const [search, setSearch] = useSearchParams();
  const filter = readFilter(search);
  const fault = senseless(filter);
  const runs = useInfiniteQuery({ ...runsQuery(filter, PAGE_SIZE), enabled: fault === null });
  const desks = useQuery(desksQuery);
  const symbols = [...new Set(desks.data?.items.flatMap((desk) => desk.symbols) ?? [])];

  function change(name: keyof RunFilter, value: string) {
    // Each choice is a step of the browser's history: Back takes it away again.
    setSearch((before) => {
      const next = new URLSearchParams(before);
      if (value === '') next.delete(name);
      else next.set(name, value);
      return next;
    });
  }

  const clear = () => setSearch({});

  return (
    <>
      <h1 className="sr-only">Runs</h1>
      <Panel title="Runs" note="newest first, told live">
        <RunFilters filter={filter} desks={desks.data?.items ?? []} symbols={symbols} onChange={change} />
        {fault === null ? (
          <Loaded query={runs} skeleton={<SkeletonRows rows={10} className="h-14" />}>
            {({ pages }) => {
              const rows = pages.flatMap((page) => page.items);
              if (rows.length === 0)
                return (
                  <NoRuns filtered={search.size > 0} onClear={clear}>
                    New runs that fit appear here by themselves.
                  </NoRuns>
                );
              return (
                <ul className="divide-y divide-line">
                  {rows.map((run) => (
                    <li key={run.runId}>
                      <RunRow run={run} />
                    </li>
                  ))}
                </ul>
              );
            }}
          </Loaded>
        ) : (
          <NoRuns filtered onClear={clear}>
            {fault}
          </NoRuns>
        )}
        {runs.hasNextPage && (
          <div className="border-line border-t p-3 text-center">
            <Button disabled={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
              {runs.isFetchingNextPage ? 'Loading …' : 'Load more'}
            </Button>
          </div>
        )}
      </Panel>
    </>
  );
}

interface NoRunsProps {
  readonly filtered: boolean;
  readonly onClear: () => void;
  readonly children: ReactNode;
}

function NoRuns({ filtered, onClear, children }: NoRunsProps) {
  if (!filtered)
    return (
      <EmptyState title="No run yet">
        The desk runs a cycle at its next tick. On the desk page a cycle can be run now, or an analysis asked
        for.
      </EmptyState>
    );
  return (
    <EmptyState title="No run fits this filter" action={<Button onClick={onClear}>Clear the filter</Button>}>
      {children}
    </EmptyState>
  );
}

function readFilter(search: URLSearchParams): RunFilter {
  const named = (name: keyof RunFilter) => search.get(name) || null;
  return {
    deskId: named('deskId'),
    kind: named('kind'),
    status: named('status'),
    outcome: named('outcome'),
    symbol: named('symbol'),
  };
}
