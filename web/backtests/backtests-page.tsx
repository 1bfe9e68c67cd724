import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Backtest } from '#domain/backtest.ts';
import { backtestChoicesQuery, backtestPagesQuery } from '../api/backtest-queries.ts';
import { formatDateTime } from '../format/time.ts';
import { Link } from '../router/link.tsx';
import { useTitle } from '../shell/use-title.ts';
import type { Column } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { Panel } from '../ui/panel.tsx';
import { SyntheticBadge } from '../ui/synthetic-badge.tsx';
import { BacktestForm } from './backtest-form.tsx';
import { backtestTitle, Change, StatusOf } from './backtest-words.tsx';

const COLUMNS: readonly Column<Backtest>[] = [
  {
    label: 'Backtest',
    bare: true,
    span: 3,
    cell: (backtest) => (
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Link
          to={`/backtests/${encodeURIComponent(backtest.backtestId)}`}
          className="font-semibold text-accent underline underline-offset-2"
        >
          {backtestTitle(backtest)}
        </Link>
        {backtest.source.synthetic && <SyntheticBadge />}
      </span>
    ),
  },
  { label: 'Status', cell: (backtest) => <StatusOf backtest={backtest} /> },
  { label: 'From (market time)', span: 2, cell: ({ fromMs }) => formatDateTime(fromMs) },
  { label: 'To (market time)', span: 2, cell: ({ toMs }) => formatDateTime(toMs) },
  { label: 'Trades', align: 'end', cell: ({ trades }) => trades },
  { label: 'Return', align: 'end', cell: ({ returnFraction }) => <Change fraction={returnFraction} /> },
  {
    label: 'Holding',
    align: 'end',
    cell: ({ holdReturnFraction }) => <Change fraction={holdReturnFraction} />,
  },
  { label: 'Asked (wall)', align: 'end', span: 2, cell: ({ createdAtMs }) => formatDateTime(createdAtMs) },
];

/** What the desk would have done: one is asked for here, and all that were are listed. */
export function BacktestsPage() {
  useTitle('Backtests');
  const choices = useQuery(backtestChoicesQuery);
  const backtests = useInfiniteQuery(backtestPagesQuery);
  return (
    <div className="flex flex-col gap-3 lg:gap-4">
      <h1 className="sr-only">Backtests</h1>
      <Panel title="New backtest" note="the desk along past candles, on paper; no order can come of it">
        <Loaded query={choices} skeleton={<div className="skeleton m-3 min-h-80 lg:min-h-52" />}>
          {(offered) =>
            offered.hindrance === null ? (
              <BacktestForm choices={offered} />
            ) : (
              <EmptyState title="There are no candles to walk along">{offered.hindrance}</EmptyState>
            )
          }
        </Loaded>
      </Panel>
      <Panel title="Backtests" note="newest first; one is walked at a time">
        <PagedTable
          caption="Backtests"
          query={backtests}
          columns={COLUMNS}
          rowKey={({ backtestId }) => backtestId}
          empty={<EmptyState title="No backtest yet">What is asked for above appears here.</EmptyState>}
        />
      </Panel>
    </div>
  );
}
