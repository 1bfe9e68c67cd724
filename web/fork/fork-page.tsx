import { useQuery } from '@tanstack/react-query';
import type { RunSummary } from '#domain/run.ts';
import { ApiFailure } from '../api/api-failure.ts';
import { runQuery } from '../api/queries.ts';
import type { RunAnswer } from '../api/types.ts';
import { formatWallTime } from '../format/time.ts';
import { runLineageQuery } from '../lineage/lineage-queries.ts';
import { Link } from '../router/link.tsx';
import { useParams, useSearchParams } from '../router/router.tsx';
import { NODE_PARAMETER } from '../run/run-view.ts';
import { UnknownRun } from '../run/unknown-run.tsx';
import { isUnderWay } from '../runs/outcome.ts';
import { runTitle } from '../runs/run-words.ts';
import { useTitle } from '../shell/use-title.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { forkNodesOf, startNode } from './fork-choices.ts';
import { ForkForm } from './fork-form.tsx';

/** A past cycle decided again from one of its nodes on, with other words or another model. */
export function ForkPage() {
  const { runId = '' } = useParams();
  const run = useQuery(runQuery(runId));
  useTitle('Decide a run again');
  if (run.error instanceof ApiFailure && run.error.problem.status === 404)
    return <UnknownRun runId={runId} />;
  return (
    <Loaded query={run} skeleton={<SkeletonRows rows={4} className="h-24" />}>
      {(answer) => <ForkOf answer={answer} />}
    </Loaded>
  );
}

function ForkOf({ answer }: { answer: RunAnswer }) {
  const { run, record } = answer;
  const [search] = useSearchParams();
  const lineage = useQuery(runLineageQuery(run.runId));
  const nodes = forkNodesOf(record?.nodes.map(({ name }) => name) ?? []);
  const first = startNode(search.get(NODE_PARAMETER), nodes);
  const obstacle = obstacleOf(run);
  return (
    <div className="flex flex-col gap-3 lg:gap-4">
      <section
        aria-label="Decide again"
        className="flex flex-col gap-1 rounded-lg border border-line bg-surface p-3 shadow-[var(--shadow)]"
      >
        <h1 className="font-semibold text-lg leading-snug">Decide it again</h1>
        <p>
          <Link
            to={`/runs/${encodeURIComponent(run.runId)}`}
            className="text-accent underline underline-offset-2"
          >
            {runTitle(run)}
          </Link>
        </p>
        <p className="text-muted">
          A fork walks the same cycle again from a node on, on the very market and book it saw.{' '}
          <strong className="font-medium text-ink">No order can come of it</strong>: it has no way to a venue.
        </p>
      </section>
      {obstacle !== null || first === null ? (
        <Panel title="The fork" className="min-h-40">
          <EmptyState title={obstacle ?? 'There is no node to begin from'}>
            {run.forkOf !== null && (
              <Link
                to={`/runs/${encodeURIComponent(run.forkOf)}/fork`}
                className="text-accent underline underline-offset-2"
              >
                Fork the run it decides again
              </Link>
            )}
          </EmptyState>
        </Panel>
      ) : (
        <Loaded query={lineage} skeleton={<SkeletonRows rows={4} className="h-24" />}>
          {({ promptVersions }) => (
            <ForkForm runId={run.runId} nodes={nodes} first={first} promptVersions={promptVersions} />
          )}
        </Loaded>
      )}
    </div>
  );
}

function obstacleOf(run: RunSummary): string | null {
  if (run.forkOf !== null)
    return 'This run decides another one again: fork that one, and the two can be compared';
  if (run.kind !== 'cycle') return 'An analysis decides on no trade: only a cycle can be decided again';
  if (isUnderWay(run)) return 'It is under way: it can be decided again once it has ended';
  if (run.thinnedAtMs !== null)
    return `Its candles went when it was thinned at ${formatWallTime(run.thinnedAtMs)}`;
  return null;
}
