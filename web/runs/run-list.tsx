import { useEffect, useRef, useState } from 'react';
import type { Desk } from '#domain/run.ts';
import { type FilterName, RUNS_PER_PAGE, type RunListFilter } from '../api/run-list.ts';
import { formatCount } from '../format/number.ts';
import { plural } from '../format/words.ts';
import { Button } from '../ui/button.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { NoRuns } from './no-runs.tsx';
import { RunRowList } from './run-rows.tsx';
import { useRunList } from './use-run-list.ts';

interface RunListProps {
  readonly filter: RunListFilter;
  readonly desks: readonly Desk[];
  readonly onDrop: (name: FilterName) => void;
  readonly onClear: () => void;
}

/** A page that is scrolled no further than this shows new runs by itself: nobody reads below them. */
const AT_TOP_PX = 40;

/** One list for one filter: mounted anew for another. */
export function RunList({ filter, desks, onDrop, onClear }: RunListProps) {
  const [shown, setShown] = useState({ from: 0, to: RUNS_PER_PAGE });
  const { first, rows, newRuns, showNewest } = useRunList(filter, shown);
  const isReading = useRef(false);
  useEffect(() => {
    if (newRuns.count > 0 && !isReading.current && window.scrollY <= AT_TOP_PX) showNewest();
  });
  if (rows === null) {
    if (first.error) return <FailureNote error={first.error} onRetry={() => void first.refetch()} />;
    return <SkeletonRows rows={10} className="h-14" />;
  }
  if (rows.count === 0) return <NoRuns {...{ filter, desks, onDrop, onClear }} />;
  return (
    <>
      <div className="sticky top-0 z-10 flex min-h-9 items-center gap-3 border-line border-b bg-surface px-3 text-muted text-xs">
        <span role="status" aria-label="How many fit">
          {rows.isMore
            ? `More than ${formatCount(rows.count - RUNS_PER_PAGE)} runs`
            : plural(rows.count, 'run')}
        </span>
        <span className="hidden sm:inline">j and k or the arrows move, Enter opens</span>
        {newRuns.count > 0 && (
          <Button
            tone="primary"
            className="ml-auto rounded-full"
            onClick={() => {
              window.scrollTo(0, 0);
              // When the rows know of it: else they would keep in sight what was read further down.
              requestAnimationFrame(showNewest);
            }}
          >
            {`${newRuns.isMore ? 'More than ' : ''}${plural(newRuns.count, 'new run')}`}
          </Button>
        )}
      </div>
      {rows.error !== null && <FailureNote error={rows.error} onRetry={rows.retry} />}
      <RunRowList
        rows={rows}
        hasHits={filter.q !== undefined}
        onShown={setShown}
        onReading={(reads) => {
          isReading.current = reads;
        }}
      />
    </>
  );
}
