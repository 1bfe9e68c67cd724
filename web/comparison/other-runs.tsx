import { useQuery } from '@tanstack/react-query';
import type { ListedRun, RunSummary } from '#domain/run.ts';
import { Link } from '../router/link.tsx';
import type { RunViewProps } from '../run/run-view.ts';
import { runReason, runTitle } from '../runs/run-words.ts';
import { VerdictBadge } from '../runs/verdict-badge.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { besideQuery, comparePath } from './comparison-queries.ts';

const SHOWN = '6';

/** Which run to hold this one against: what decides it again, what it decides again, and its neighbours. */
export function OtherRuns({ answer }: RunViewProps) {
  const { run } = answer;
  const { runId, deskId, kind, symbols, startedAtMs, forkOf } = run;
  const sameKind = { kind: kind === 'analysis' ? 'analysis' : 'cycle', limit: SHOWN };
  const [symbol] = symbols;
  return (
    <div className="grid gap-3 lg:gap-4 xl:grid-cols-3">
      <p className="flex flex-wrap gap-x-3 text-muted xl:col-span-3">
        Hold this run against another one: the first step that differs is named, and every number that
        changed.
        {kind === 'cycle' && (
          <Link
            to={`/runs/${encodeURIComponent(runId)}/fork`}
            className="text-accent underline underline-offset-2"
          >
            Decide it again with other words
          </Link>
        )}
      </p>
      <Choices
        title={forkOf === null ? 'Decided again' : 'Other forks of its original'}
        query={{ forkOf: forkOf ?? runId, limit: SHOWN }}
        run={run}
        none={forkOf === null ? 'Nobody has forked this run yet.' : 'There is no other one.'}
        first={forkOf}
        nameIsFork={forkOf === null}
      />
      <Choices
        title="Before it on this desk"
        query={{ ...sameKind, deskId, to: String(startedAtMs) }}
        run={run}
        none="It is the first one of its kind here."
      />
      <Choices
        title="With the same symbol"
        query={symbol === undefined ? null : { ...sameKind, symbol }}
        run={run}
        none="No other run has looked at it."
      />
    </div>
  );
}

interface ChoicesProps {
  readonly title: string;
  readonly query: Readonly<Record<string, string>> | null;
  readonly run: RunSummary;
  readonly none: string;
  /** The run this one decides again, offered before all others. */
  readonly first?: string | null;
  /** What is listed are forks of this run: they are held against it, and not it against them. */
  readonly nameIsFork?: boolean;
}

function Choices({ title, query, run, none, first = null, nameIsFork = false }: ChoicesProps) {
  const found = useQuery(besideQuery(title, query));
  return (
    <Panel title={title} className="min-h-40 self-start">
      {first !== null && (
        <p className="border-line border-b px-3 py-2">
          <Link
            to={comparePath(run.runId, first)}
            className="font-medium text-accent underline underline-offset-2"
          >
            The run it decides again
          </Link>
        </p>
      )}
      {query === null ? (
        <EmptyState title={none} />
      ) : (
        <Loaded query={found} skeleton={<SkeletonRows rows={4} />}>
          {({ items }) => <RunChoices items={items} run={run} none={none} nameIsFork={nameIsFork} />}
        </Loaded>
      )}
    </Panel>
  );
}

function RunChoices({
  items,
  run,
  none,
  nameIsFork,
}: Pick<ChoicesProps, 'run' | 'none'> & { items: readonly ListedRun[]; nameIsFork: boolean }) {
  const others = items.filter(({ runId }) => runId !== run.runId);
  if (others.length === 0) return <EmptyState title={none} />;
  return (
    <ul className="divide-y divide-line">
      {others.map((other) => (
        <li key={other.runId} className="flex flex-col gap-0.5 px-3 py-2">
          <span className="flex flex-wrap items-center gap-2">
            <Link
              to={nameIsFork ? comparePath(other.runId, run.runId) : comparePath(run.runId, other.runId)}
              className="text-accent underline underline-offset-2"
            >
              {runTitle(other)}
            </Link>
            <VerdictBadge run={other} />
          </span>
          <span className="text-muted text-xs">{runReason(other)}</span>
        </li>
      ))}
    </ul>
  );
}
