import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { desksQuery } from '../api/queries.ts';
import { tradePagesQuery } from '../chart/market-queries.ts';
import { baseName, ENDED_BY, inQuote, sentence } from '../format/words.ts';
import { useDesk } from '../shell/use-desk.ts';
import { useQuote } from '../shell/use-quote.ts';
import { useTitle } from '../shell/use-title.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { FilterRow } from '../ui/filter-row.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { Panel } from '../ui/panel.tsx';
import { useFilter } from '../ui/use-filter.ts';
import { LINKED_TRADE_COLUMNS } from './trade-columns.tsx';

const PAGE_SIZE = '50';

/** Every closed round trip of the desk, with what it cost and the runs behind it. */
export function TradesPage() {
  useTitle('Trades');
  const { deskId } = useDesk();
  const quote = useQuote();
  const { filter, isEmpty, change } = useFilter(['symbol', 'side', 'exitReason']);
  const trades = useInfiniteQuery(tradePagesQuery(deskId, { ...filter, limit: PAGE_SIZE }));
  const desks = useQuery(desksQuery).data?.items ?? [];
  const symbols = [...new Set(desks.flatMap((desk) => desk.symbols))];
  const endedBy = (reason: string) => sentence(ENDED_BY[reason as keyof typeof ENDED_BY] ?? reason);
  return (
    <>
      <h1 className="sr-only">Trades</h1>
      <Panel
        title="Trades"
        note={inQuote('closed round trips, newest first; net is after fees and funding (− received)', quote)}
      >
        <FilterRow
          filter={filter}
          onChange={change}
          choices={[
            { name: 'symbol', label: 'Symbol', values: symbols, word: baseName },
            { name: 'side', label: 'Side', values: ['long', 'short'], word: sentence },
            { name: 'exitReason', label: 'Ended by', values: Object.keys(ENDED_BY), word: endedBy },
          ]}
        />
        <PagedTable
          caption="Closed trades"
          query={trades}
          columns={LINKED_TRADE_COLUMNS}
          rowKey={({ tradeId }) => tradeId}
          empty={
            <EmptyState title={isEmpty ? 'No trade yet' : 'No trade fits'}>
              {isEmpty
                ? 'A trade appears here when a position has been closed.'
                : 'Leave a choice at any to see more.'}
            </EmptyState>
          }
        />
      </Panel>
    </>
  );
}
