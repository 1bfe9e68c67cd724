import { useQuery } from '@tanstack/react-query';
import type { Board } from '#domain/board.ts';
import { boardQuery } from '../chart/market-queries.ts';
import { formatMarketTime } from '../format/time.ts';
import { Link } from '../router/link.tsx';
import { useSearchParams } from '../router/router.tsx';
import { useDesk } from '../shell/use-desk.ts';
import { Badge } from '../ui/badge.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ChoiceField } from '../ui/field.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { useSorted } from '../ui/use-sorted.ts';
import { boardColumns } from './board-columns.tsx';

const CHART_ID = 'chart';

/** Every symbol as the desk's last cycle saw it: what was ranked, what was left out, and why. */
export function BoardPanel() {
  const { deskId } = useDesk();
  const board = useQuery(boardQuery(deskId));
  const shown = board.data?.board ?? null;
  return (
    <Panel
      title="Scanner’s board"
      note={shown && `the last cycle, ${formatMarketTime(shown.asOfMs)}`}
      actions={
        <>
          {shown && (
            <Link to={`/runs/${encodeURIComponent(shown.runId)}`} className="text-accent hover:underline">
              Its run
            </Link>
          )}
          <Link to="/signals" className="text-accent hover:underline">
            All signals
          </Link>
        </>
      }
    >
      <div className="flex min-h-80 flex-col">
        <Loaded query={board} skeleton={<SkeletonRows rows={6} />}>
          {(answer) =>
            answer.board === null ? (
              <EmptyState title="No board yet">
                The desk’s first cycle that sees a market fills it.
              </EmptyState>
            ) : (
              <BoardTable board={answer.board} />
            )
          }
        </Loaded>
      </div>
    </Panel>
  );
}

function BoardTable({ board }: { board: Board }) {
  const [, setSearch] = useSearchParams();
  const columns = boardColumns((symbol) => {
    setSearch((before) => withSymbol(before, symbol), { replace: true });
    document.getElementById(CHART_ID)?.scrollIntoView({ block: 'start' });
  });
  const { rows, sort, onSort } = useSorted(board.rows, columns);
  const sortable = columns.filter(({ sortBy }) => sortBy !== undefined);
  return (
    <>
      <Summary board={board} />
      <div className="border-line border-b px-3 pb-3 sm:hidden">
        <ChoiceField
          label="Sort by"
          value={sort?.label ?? ''}
          onChange={(event) => onSort(event.target.value)}
          choices={[
            { value: '', label: 'As listed' },
            ...sortable.map(({ label }) => ({ value: label, label })),
          ]}
        />
      </div>
      <DataTable
        caption="The Scanner’s board"
        columns={columns}
        rows={rows}
        rowKey={({ symbol }) => symbol}
        {...{ sort, onSort }}
      />
    </>
  );
}

function Summary({ board: { scanner, table, outcome, level } }: { board: Board }) {
  return (
    <div className="space-y-1 border-line border-b px-3 py-2">
      <p className="flex flex-wrap items-center gap-x-2">
        <Badge tone={scanner?.decidedBy === 'model' ? 'agent' : 'neutral'}>
          {scanner === null ? 'nobody ranked' : `by ${scanner.decidedBy}`}
        </Badge>
        <span>
          {scanner?.summary ?? `There was nothing to rank: the cycle ${outcome} at level ${level}.`}
        </span>
      </p>
      <p className="text-muted text-xs">{table.words}</p>
    </div>
  );
}

function withSymbol(before: URLSearchParams, symbol: string): URLSearchParams {
  const next = new URLSearchParams(before);
  next.set('symbol', symbol);
  return next;
}
