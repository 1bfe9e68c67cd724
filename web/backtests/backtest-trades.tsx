import { useState } from 'react';
import type { Trade } from '#domain/account.ts';
import type { BacktestReport } from '#domain/backtest.ts';
import { formatAge, formatDateTime } from '../format/time.ts';
import { baseName, ENDED_BY, plural } from '../format/words.ts';
import { TRADE_FIGURES } from '../trades/trade-columns.tsx';
import { Button } from '../ui/button.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';
import { SideBadge } from '../ui/side-badge.tsx';

const SHOWN_AT_ONCE = 50;

const COLUMNS: readonly Column<Trade>[] = [
  {
    label: 'Symbol',
    bare: true,
    span: 2,
    cell: ({ symbol, side, leverage }) => (
      <span className="flex items-center gap-2">
        <strong className="font-semibold">{baseName(symbol)}</strong>
        <SideBadge side={side} leverage={leverage} />
      </span>
    ),
  },
  ...TRADE_FIGURES,
  { label: 'Ended by', cell: ({ exitReason }) => ENDED_BY[exitReason] },
  { label: 'Held', align: 'end', cell: ({ openedAtMs, closedAtMs }) => formatAge(closedAtMs - openedAtMs) },
  {
    label: 'Closed (market time)',
    align: 'end',
    span: 2,
    cell: ({ closedAtMs }) => <span className="whitespace-nowrap">{formatDateTime(closedAtMs)}</span>,
  },
];

/** Every closed trade, the newest first. */
export function BacktestTrades({ report: { result, openPositions } }: { report: BacktestReport }) {
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const newest = result.perTrade.toReversed();
  return (
    <Panel
      title="Trades"
      note={`${result.trades} closed; ${plural(openPositions.length, 'position')} still open at the end`}
    >
      {newest.length === 0 ? (
        <EmptyState title="No trade">No position was opened and closed in this span.</EmptyState>
      ) : (
        <DataTable
          caption="Trades of the backtest"
          columns={COLUMNS}
          rows={newest.slice(0, shown)}
          rowKey={({ tradeId }) => tradeId}
        />
      )}
      {newest.length > shown && (
        <div className="border-line border-t p-3 text-center">
          <Button onClick={() => setShown(shown + SHOWN_AT_ONCE)}>Show more</Button>
        </div>
      )}
    </Panel>
  );
}
