import { useQuery } from '@tanstack/react-query';
import type { RunSummary } from '#domain/run.ts';
import { deskRunsQuery } from '../api/queries.ts';
import { Link } from '../router/link.tsx';
import { type RunVerdict, verdictOf } from '../runs/outcome.ts';
import { RunRow } from '../runs/run-row.tsx';
import { runReason, runTitle } from '../runs/run-words.ts';
import { useDesk } from '../shell/use-desk.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';

const ROWS_SHOWN = 4;

const FILLS: Record<RunVerdict, string> = {
  traded: 'bg-accent text-on-accent border-accent',
  held: 'bg-hover text-muted border-line-strong',
  denied: 'bg-watch-soft text-watch border-watch/60',
  halted: 'bg-down-soft text-down border-down/60',
  failed: 'bg-down text-surface border-down',
  lost: 'bg-down text-surface border-down',
  queued: 'border-accent border-dashed text-accent',
  running: 'lamp-live border-accent text-accent',
  waiting: 'border-watch border-dashed text-watch',
  finished: 'bg-hover text-muted border-line-strong',
  cancelled: 'text-faint border-line-strong',
};

/** One sign for each, so that the strip is read without its colours. */
const SIGNS: Record<RunVerdict, string> = {
  traded: 'T',
  held: 'H',
  denied: 'D',
  halted: '!',
  failed: 'F',
  lost: 'L',
  queued: '•',
  running: '•',
  waiting: '?',
  finished: '✓',
  cancelled: 'C',
};

/** The last runs at a glance, newest at the left, and the newest few in words. */
export function RunStrip() {
  const { deskId } = useDesk();
  const runs = useQuery(deskRunsQuery(deskId));
  return (
    <Panel
      title="Recent runs"
      actions={
        <Link to="/runs" className="text-accent hover:underline">
          All runs
        </Link>
      }
    >
      <div className="flex min-h-[24.5rem] flex-col">
        <Loaded query={runs} skeleton={<SkeletonRows rows={5} className="h-16" />}>
          {({ items: rows }) => {
            if (rows.length === 0)
              return (
                <EmptyState title="No run yet">The first cycle starts at the desk’s next tick.</EmptyState>
              );
            return (
              <>
                <ol className="grid grid-cols-12 gap-1 px-3 pt-3" aria-label="Outcomes, newest first">
                  {rows.map((run) => (
                    <li key={run.runId}>
                      <Cell run={run} />
                    </li>
                  ))}
                </ol>
                <Legend runs={rows} />
                <ul className="divide-y divide-line">
                  {rows.slice(0, ROWS_SHOWN).map((run) => (
                    <li key={run.runId}>
                      <RunRow run={run} isNarrow />
                    </li>
                  ))}
                </ul>
              </>
            );
          }}
        </Loaded>
      </div>
    </Panel>
  );
}

/** What the signs on the strip mean; only those that are there. */
function Legend({ runs }: { runs: readonly RunSummary[] }) {
  const verdicts = [...new Set(runs.map(verdictOf))].sort();
  return (
    <p className="border-line border-b px-3 pt-1.5 pb-2 text-muted text-xs" aria-hidden="true">
      {verdicts.map((verdict) => `${SIGNS[verdict]} ${verdict}`).join(' · ')}
    </p>
  );
}

function Cell({ run }: { run: RunSummary }) {
  const verdict = verdictOf(run);
  const words = `${runTitle(run)}. ${runReason(run)}`;
  return (
    <Link
      to={`/runs/${encodeURIComponent(run.runId)}`}
      title={words}
      aria-label={words}
      className={`flex h-6 items-center justify-center rounded-sm border font-semibold text-2xs pointer-coarse:h-8 ${FILLS[verdict]}`}
    >
      {SIGNS[verdict]}
    </Link>
  );
}
