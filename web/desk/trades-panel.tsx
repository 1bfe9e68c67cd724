import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { tradesQuery } from '../api/queries.ts';
import { inQuote } from '../format/words.ts';
import { Link } from '../router/link.tsx';
import { useDesk } from '../shell/use-desk.ts';
import { useMedia } from '../shell/use-media.ts';
import { useQuote } from '../shell/use-quote.ts';
import { TRADE_COLUMNS } from '../trades/trade-columns.tsx';
import { Button } from '../ui/button.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';

/** On a phone each trade is a card of its own, and the newest few are enough until more are asked for. */
const FIRST_CARDS = 5;

export function TradesPanel() {
  const trades = useQuery(tradesQuery(useDesk().deskId));
  const quote = useQuote();
  const [isAsked, setAsked] = useState(false);
  const isWide = useMedia('(min-width: 40rem)');
  const isWhole = isWide || isAsked;
  return (
    <Panel
      title="Trades"
      note={inQuote('closed round trips, newest first; net is after fees and funding (− received)', quote)}
      actions={
        <Link to="/trades" className="text-accent hover:underline">
          All trades
        </Link>
      }
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
                  columns={TRADE_COLUMNS}
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
