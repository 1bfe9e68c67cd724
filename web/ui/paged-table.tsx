import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Page } from '../api/types.ts';
import { Button } from './button.tsx';
import { type Column, DataTable } from './data-table.tsx';
import { Loaded } from './loaded.tsx';
import { SkeletonRows } from './skeleton.tsx';

interface PagedTableProps<Row> {
  readonly caption: string;
  readonly query: UseInfiniteQueryResult<InfiniteData<Page<Row>>>;
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly empty: ReactNode;
}

/** A list that is read page by page, further back when asked. */
export function PagedTable<Row>({ caption, query, columns, rowKey, empty }: PagedTableProps<Row>) {
  return (
    <div className="flex min-h-96 flex-col">
      <Loaded query={query} skeleton={<SkeletonRows rows={8} />}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          return rows.length === 0 ? empty : <DataTable {...{ caption, columns, rows, rowKey }} />;
        }}
      </Loaded>
      {query.hasNextPage && (
        <div className="border-line border-t p-3 text-center">
          <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {query.isFetchingNextPage ? 'Loading …' : 'Load more'}
          </Button>
        </div>
      )}
    </div>
  );
}
