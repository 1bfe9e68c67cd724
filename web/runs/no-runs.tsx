import { useQueries } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Desk } from '#domain/run.ts';
import { anyRunQuery, type FilterName, type RunListFilter } from '../api/run-list.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { filterWords } from './filter-fields.ts';
import { timesNote } from './run-words.ts';

interface NoRunsProps {
  readonly filter: RunListFilter;
  readonly desks: readonly Desk[];
  readonly onDrop: (name: FilterName) => void;
  readonly onClear: () => void;
}

/** Says which single filter excludes every run, where there is one. */
export function NoRuns({ filter, desks, onDrop, onClear }: NoRunsProps) {
  const set = Object.entries(filter) as [FilterName, string][];
  const others = useQueries({
    queries: (set.length > 1 ? set : []).map(([name]) => anyRunQuery(without(filter, name))),
  });
  if (set.length === 0)
    return (
      <EmptyState title="No run yet">
        The desk runs a cycle at its next tick. On the desk page a cycle can be run now, or an analysis asked
        for.
      </EmptyState>
    );
  const excluding = set.filter((_, place) => (others[place]?.data?.items.length ?? 0) > 0);
  return (
    <NothingFits onClear={onClear}>
      {timesNote(filter)}
      {excluding.length === 0
        ? 'New runs that fit appear here by themselves.'
        : 'Without one of these there are runs:'}
      <span className="mt-2 flex flex-wrap justify-center gap-2">
        {excluding.map(([name, value]) => (
          <Button key={name} icon="close" onClick={() => onDrop(name)}>
            {filterWords(name, value, desks)}
          </Button>
        ))}
      </span>
    </NothingFits>
  );
}

export function NothingFits({ onClear, children }: { onClear: () => void; children: ReactNode }) {
  return (
    <EmptyState title="No run fits this filter" action={<Button onClick={onClear}>Clear the filter</Button>}>
      {children}
    </EmptyState>
  );
}

function without(filter: RunListFilter, left: FilterName): RunListFilter {
  const { [left]: _left, ...rest } = filter;
  return rest;
}
