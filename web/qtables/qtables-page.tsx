import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { qTablePagesQuery } from '../api/q-table-queries.ts';
import type { QTableMove, QTablePage, QTablePromotion, QTableSummary } from '../api/q-table-types.ts';
import { formatWallTime } from '../format/time.ts';
import { plural } from '../format/words.ts';
import { Link } from '../router/link.tsx';
import { useTitle } from '../shell/use-title.ts';
import { Badge } from '../ui/badge.tsx';
import { ControlButton } from '../ui/control-button.tsx';
import type { Column } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { RollbackDialog } from './move-dialogs.tsx';
import { PromoteButton } from './promote-button.tsx';
import { spanWords, versionWords } from './q-words.ts';
import { Figure, ScoreWords } from './score-words.tsx';

/** What was learned, version by version, and which of it the desks hear. */
export function QTablesPage() {
  useTitle('Q-tables');
  const tables = useInfiniteQuery(qTablePagesQuery);
  const [newest] = tables.data?.pages ?? [];
  return (
    <div className="flex flex-col gap-3 lg:gap-4">
      <h1 className="sr-only">Q-tables</h1>
      <Panel title="Promoted" note="what every desk of this database hears; it opens nothing by itself">
        <Loaded query={tables} skeleton={<SkeletonRows rows={1} className="h-20" />}>
          {() => newest && <Promoted page={newest} />}
        </Loaded>
      </Panel>
      <Panel title="Versions" note="newest first; scores after costs, of the past alone: no claim of profit">
        <PagedTable
          caption="Versions of the Q-table"
          query={tables}
          columns={columnsOf(newest?.promotedVersion ?? null)}
          rowKey={({ version }) => String(version)}
          empty={
            <EmptyState title="No Q-table is stored yet">
              The command <code>vigil train</code> learns one from candles, and <code>qtables import</code>{' '}
              reads one from a file. No version is promoted by itself.
            </EmptyState>
          }
        />
      </Panel>
      <Panel title="Moves" note="newest first; the audit log has them all" className="min-h-28">
        <Loaded query={tables} skeleton={<SkeletonRows rows={2} />}>
          {() => newest && <Moves promotions={newest.promotions} />}
        </Loaded>
      </Panel>
    </div>
  );
}

function columnsOf(promoted: number | null): Column<QTableSummary>[] {
  return [
    {
      label: 'Version',
      bare: true,
      span: 2,
      cell: ({ version, origin, isPromoted }) => (
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Link
            to={`/qtables/${version}`}
            className="whitespace-nowrap font-semibold text-accent underline underline-offset-2"
          >
            Version {version}
          </Link>
          {isPromoted && <Badge tone="up">promoted</Badge>}
          {origin === 'imported' && <Badge>imported</Badge>}
        </span>
      ),
    },
    {
      label: 'Learned from (market time)',
      span: 3,
      cell: ({ facts }) => (
        <>
          {spanWords(facts)}
          <span className="block text-muted text-xs">{facts.source}</span>
        </>
      ),
    },
    { label: 'Parameters', span: 3, cell: ({ facts }) => <Parameters facts={facts} /> },
    {
      label: 'In sample',
      align: 'end',
      cell: ({ facts }) => <ScoreWords score={facts.scores.inSample} />,
    },
    {
      label: 'Held out',
      align: 'end',
      cell: ({ facts }) => <ScoreWords score={facts.scores.outOfSample} />,
    },
    {
      label: 'Sharpe, held out',
      align: 'end',
      cell: ({ facts }) => <Figure value={facts.scores.outOfSample.sharpe} />,
    },
    {
      label: 'Made (wall)',
      span: 2,
      cell: ({ createdAtMs, hash }) => (
        <>
          {formatWallTime(createdAtMs).replace('wall ', '')}
          <span className="block font-mono text-muted text-xs" title={hash}>
            {hash.slice(0, 12)}
          </span>
        </>
      ),
    },
    {
      label: 'Promote',
      align: 'end',
      bare: true,
      pinned: true,
      cell: (table) => <PromoteButton table={table} promoted={promoted} />,
    },
  ];
}

function Parameters({ facts: { seed, parameters, supportedStates } }: Pick<QTableSummary, 'facts'>) {
  return (
    <>
      seed {seed}, {plural(parameters.episodes, 'episode')}, {parameters.reward}
      <span className="block text-muted text-xs">
        {plural(supportedStates, 'state')} of {parameters.minVisits} visits or more
      </span>
    </>
  );
}

function Promoted({ page: { promotedVersion, promotions, nextRollback } }: { page: QTablePage }) {
  const [asked, setAsked] = useState<QTableMove | null>(null);
  const [newest] = promotions;
  return (
    <div className="flex min-h-20 flex-wrap items-center gap-x-4 gap-y-2 p-3">
      <div className="min-w-0 grow">
        <p className="font-semibold text-base">
          {promotedVersion === null ? (
            'None: no desk hears a Q-table'
          ) : (
            <Link to={`/qtables/${promotedVersion}`} className="text-accent underline underline-offset-2">
              Version {promotedVersion}
            </Link>
          )}
        </p>
        <p className="text-muted text-xs">
          {newest
            ? `since ${formatWallTime(newest.atMs)}, by ${newest.actor}: ${newest.reason}`
            : 'None was ever promoted.'}
        </p>
      </div>
      {nextRollback && (
        <ControlButton tone="danger" onClick={() => setAsked(nextRollback)}>
          Roll back to {versionWords(nextRollback.to)}
        </ControlButton>
      )}
      {asked && <RollbackDialog move={asked} onClose={() => setAsked(null)} />}
    </div>
  );
}

function Moves({ promotions }: { promotions: readonly QTablePromotion[] }) {
  if (promotions.length === 0)
    return (
      <EmptyState title="Nothing was ever promoted">Each move is kept with who, when and why.</EmptyState>
    );
  return (
    <ol className="divide-y divide-line">
      {promotions.map(({ kind, fromVersion, toVersion, actor, reason, atMs }) => (
        <li
          key={`${atMs} ${fromVersion} ${toVersion}`}
          className="flex flex-wrap items-baseline gap-x-3 px-3 py-2"
        >
          <span className="font-medium">
            {kind === 'promote' ? 'Promoted' : 'Rolled back'}: {versionWords(fromVersion)} →{' '}
            {versionWords(toVersion)}
          </span>
          <span className="min-w-0 grow break-words">{reason}</span>
          <span className="text-muted text-xs">
            by {actor}, {formatWallTime(atMs)}
          </span>
        </li>
      ))}
    </ol>
  );
}
