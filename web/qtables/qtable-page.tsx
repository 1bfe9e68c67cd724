import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { ApiFailure } from '../api/api-failure.ts';
import { qTablePagesQuery, qTableQuery } from '../api/q-table-queries.ts';
import type { QTablePiece, QTableSummary } from '../api/q-table-types.ts';
import { formatWallTime } from '../format/time.ts';
import { Link } from '../router/link.tsx';
import { useParams } from '../router/router.tsx';
import { useTitle } from '../shell/use-title.ts';
import { Badge } from '../ui/badge.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { UnknownThing } from '../ui/unknown-thing.tsx';
import { HeatPanel } from './heat-panel.tsx';
import { PromoteButton } from './promote-button.tsx';
import { spanWords } from './q-words.ts';
import { ScoreTable } from './score-words.tsx';
import { TrainingCurve } from './training-curve.tsx';

/** One version: what it was learned from, what it came to, and what it advises where. */
export function QTablePage() {
  const { version = '' } = useParams();
  const table = useInfiniteQuery(qTableQuery(version));
  useTitle(`Q-table version ${version}`);
  const { hasNextPage, isFetching, isError, fetchNextPage } = table;
  // A large one comes in pieces; what is there is drawn meanwhile.
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  const { error } = table;
  if (error instanceof ApiFailure && [400, 404, 422].includes(error.problem.status))
    return (
      <UnknownThing what="Q-table" wayOut={{ to: '/qtables', words: 'See all Q-tables' }}>
        The server knows no Q-table version “{version}”. The address may be mistyped.
      </UnknownThing>
    );
  return (
    <Loaded query={table} skeleton={<SkeletonRows rows={6} className="h-40" />}>
      {({ pages }) => {
        const [first] = pages;
        return (
          first && (
            <div className="flex flex-col gap-3 lg:gap-4">
              <Header table={first} />
              <Panel
                title="Scores"
                note="of its own advice, a unit in each trade, after costs; no claim of profit"
              >
                <ScoreTable scores={first.facts.scores} />
              </Panel>
              <Panel title="Training curve" note="while it was still exploring: chance is in it">
                <TrainingCurve curve={first.curve} />
              </Panel>
              {error && <FailureNote error={error} onRetry={() => void fetchNextPage()} />}
              <Advice pieces={pages} isPart={hasNextPage} />
              <Origin table={first} />
            </div>
          )
        );
      }}
    </Loaded>
  );
}

function Header({ table }: { table: QTableSummary }) {
  const list = useInfiniteQuery(qTablePagesQuery);
  const promoted = list.data?.pages[0]?.promotedVersion;
  const { version, tableId, origin, createdAtMs } = table;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <h1 className="font-semibold text-lg">Q-table version {version}</h1>
      {promoted === version && <Badge tone="up">promoted</Badge>}
      <span className="flex min-h-10 grow items-center justify-end">
        {promoted !== undefined && <PromoteButton table={table} promoted={promoted} />}
      </span>
      <p className="w-full text-muted text-xs">
        {spanWords(table.facts)}; {origin} {formatWallTime(createdAtMs)} as {tableId}.{' '}
        <Link to="/qtables" className="text-accent underline underline-offset-2">
          All Q-tables, and the way back
        </Link>
      </p>
    </div>
  );
}

function Advice({ pieces, isPart }: { pieces: readonly QTablePiece[]; isPart: boolean }) {
  const states = useMemo(() => pieces.flatMap((piece) => piece.states.items), [pieces]);
  const [first] = pieces;
  if (first === undefined) return null;
  const { buckets, actions, facts } = first;
  if (buckets === null)
    return (
      <Panel title="What it advises">
        <EmptyState title="Its situations cannot be read">
          They are of encoding {facts.encodingVersion}, which desks no longer read: train another.
        </EmptyState>
      </Panel>
    );
  return <HeatPanel {...{ states, buckets, actions, isPart }} minVisits={facts.parameters.minVisits} />;
}

function Origin({ table: { hash, facts } }: { table: QTableSummary }) {
  const { parameters, seed, source, dataHash, encodingVersion, visitedStates, supportedStates } = facts;
  const rows = {
    source,
    seed,
    encoding: encodingVersion,
    'states met': visitedStates,
    'with support': supportedStates,
    ...parameters,
    'hash of the data': dataHash,
    hash,
  };
  return (
    <Panel
      title="What it was made of"
      note="the same candles, parameters and seed give the same hash"
      actions={<CopyButton label="Copy the hash" text={() => hash} />}
    >
      <dl className="grid grid-cols-1 gap-x-4 gap-y-2 p-3 sm:grid-cols-[12rem_minmax(0,1fr)]">
        {Object.entries(rows).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted text-xs sm:pt-0.5">{name}</dt>
            <dd className="min-w-0 break-words">{String(value)}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
