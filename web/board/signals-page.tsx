import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { desksQuery } from '../api/queries.ts';
import { signalPagesQuery } from '../chart/market-queries.ts';
import { baseName, sentence } from '../format/words.ts';
import { useDesk } from '../shell/use-desk.ts';
import { useTitle } from '../shell/use-title.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { FilterRow } from '../ui/filter-row.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { Panel } from '../ui/panel.tsx';
import { useFilter } from '../ui/use-filter.ts';
import { SIGNAL_COLUMNS } from './signal-columns.tsx';

const PAGE_SIZE = '50';
const ACTION_WORDS: Readonly<Record<string, string>> = { any: 'Buy or sell' };

/** What the indicators said of each symbol, cycle by cycle. */
export function SignalsPage() {
  useTitle('Signals');
  const { deskId } = useDesk();
  const { filter, isEmpty, change } = useFilter(['symbol', 'action']);
  const signals = useInfiniteQuery(signalPagesQuery(deskId, { ...filter, limit: PAGE_SIZE }));
  const desks = useQuery(desksQuery).data?.items ?? [];
  const symbols = [...new Set(desks.flatMap((desk) => desk.symbols))];
  return (
    <>
      <h1 className="sr-only">Signals</h1>
      <Panel title="Signals" note="every symbol of every cycle of this desk, newest first">
        <FilterRow
          filter={filter}
          onChange={change}
          choices={[
            { name: 'symbol', label: 'Symbol', values: symbols, word: baseName },
            {
              name: 'action',
              label: 'Action',
              values: ['any', 'buy', 'sell', 'hold'],
              word: (value) => ACTION_WORDS[value] ?? sentence(value),
            },
          ]}
        />
        <PagedTable
          caption="Signals"
          query={signals}
          columns={SIGNAL_COLUMNS}
          rowKey={({ signalId }) => signalId}
          empty={
            <EmptyState title={isEmpty ? 'No signal yet' : 'No signal fits'}>
              {isEmpty
                ? 'The desk’s first cycle adds one for each symbol.'
                : 'Choose less, or wait for cycles to come.'}
            </EmptyState>
          }
        />
      </Panel>
    </>
  );
}
