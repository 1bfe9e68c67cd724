import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Trade } from '#domain/account.ts';
import { tradesQuery } from '../api/queries.ts';
import { formatPrice, formatQuantity, formatQuote } from '../format/number.ts';
import { formatAge, formatDateTime } from '../format/time.ts';
import { baseName, ENDED_BY, fundingWords } from '../format/words.ts';
import { useDesk } from '../shell/use-desk.ts';
import { useMedia } from '../shell/use-media.ts';
import { Amount } from '../ui/amount.tsx';
import { Button } from '../ui/button.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { SideBadge } from '../ui/side-badge.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';

const COLUMNS: readonly Column<Trade>[] = [
  {
    label: 'Symbol',
    bare: true,
    span: 2,
    cell: (trade) => (
      <span className="flex items-center gap-2">
        <strong className="font-semibold">{baseName(trade.symbol)}</strong>
        <SideBadge side={trade.side} leverage={trade.leverage} />
      </span>
    ),
  },
  {
    label: 'Net',
    align: 'end',
    cell: (trade) => <Amount value={trade.netQuote} className="font-semibold" />,
  },
  { label: 'Size', align: 'end', cell: (trade) => formatQuantity(trade.quantityBase) },
  {
    label: 'Entry → exit',
    align: 'end',
    span: 2,
    cell: (trade) => `${formatPrice(trade.entryPriceQuote)} → ${formatPrice(trade.exitPriceQuote)}`,
  },
  { label: 'Fees', align: 'end', cell: (trade) => formatQuote(-Number(trade.feesQuote)) },
  {
    label: 'Funding',
    align: 'end',
    cell: ({ fundingQuote }) => (
      <span title={fundingWords(fundingQuote)}>{formatQuote(-Number(fundingQuote), { signed: true })}</span>
    ),
  },
  { label: 'Ended by', cell: (trade) => ENDED_BY[trade.exitReason] },
  { label: 'Held', align: 'end', cell: (trade) => formatAge(trade.closedAtMs - trade.openedAtMs) },
  {
    label: 'Closed (market time)',
    align: 'end',
    span: 2,
    cell: (trade) => <span className="whitespace-nowrap">{formatDateTime(trade.closedAtMs)}</span>,
  },
];

/** On a phone each trade is a card of its own, and the newest few are enough until more are asked for. */
const FIRST_CARDS = 5;

export function TradesPanel() {
  const trades = useQuery(tradesQuery(useDesk().deskId));
  const [isAsked, setAsked] = useState(false);
  const isWide = useMedia('(min-width: 40rem)');
  const isWhole = isWide || isAsked;
  return (
    <Panel
      title="Trades"
      note="closed round trips, newest first; net is after fees and funding (− paid, + received)"
    >
      <div className="flex min-h-40 flex-col">
        <Loaded query={trades} skeleton={<SkeletonRows rows={4} />}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title="No trade yet">
                A trade appears here when a position has been closed.
              </EmptyState>
            ) : (
              <>
                <DataTable
                  caption="Closed trades"
                  columns={COLUMNS}
                  rows={isWhole ? items : items.slice(0, FIRST_CARDS)}
                  rowKey={(trade) => trade.tradeId}
                />
                {!isWhole && items.length > FIRST_CARDS && (
                  <div className="border-line border-t p-3 text-center">
                    <Button onClick={() => setAsked(true)}>Show {items.length - FIRST_CARDS} more</Button>
                  </div>
                )}
              </>
            )
          }
        </Loaded>
      </div>
    </Panel>
  );
}
