import { useQuery } from '@tanstack/react-query';
import type { DeskOrder } from '../api/types.ts';
import { openOrdersQuery } from '../chart/market-queries.ts';
import { formatPrice, formatQuantity } from '../format/number.ts';
import { formatAge, formatMarketTime } from '../format/time.ts';
import { baseName, plural, spaced } from '../format/words.ts';
import { useDesk } from '../shell/use-desk.ts';
import { useDeskState } from '../shell/use-desk-state.ts';
import { useMarketNow } from '../shell/use-market-now.ts';
import { Badge, type BadgeTone } from '../ui/badge.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { RunLink } from '../ui/run-link.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';

const PURPOSE_TONES: Record<DeskOrder['purpose'], BadgeTone> = {
  entry: 'accent',
  exit: 'neutral',
  stop: 'down',
  target: 'up',
};

/** What stands on the venue now: protection mostly, and entries that wait for their price. */
export function OrdersPanel() {
  const { deskId } = useDesk();
  const orders = useQuery(openOrdersQuery(deskId));
  const state = useDeskState();
  const nowMs = useMarketNow(state.data?.market, state.dataUpdatedAt);
  const count = orders.data?.items.length ?? 0;
  return (
    <Panel title="Open orders" note={count > 0 && `${plural(count, 'order')} on the venue`}>
      <div className="flex min-h-24 flex-col">
        <Loaded query={orders} skeleton={<SkeletonRows rows={1} />}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title="No order stands">Stops, targets and waiting entries appear here.</EmptyState>
            ) : (
              <DataTable
                caption="Open orders"
                columns={columns(nowMs)}
                rows={items}
                rowKey={({ clientOrderId }) => clientOrderId}
              />
            )
          }
        </Loaded>
      </div>
    </Panel>
  );
}

function columns(nowMs: number | null): Column<DeskOrder>[] {
  return [
    {
      label: 'Symbol',
      bare: true,
      span: 2,
      cell: ({ symbol, purpose }) => (
        <span className="flex items-center gap-2">
          <strong className="font-semibold">{baseName(symbol)}</strong>
          <Badge tone={PURPOSE_TONES[purpose]}>{purpose}</Badge>
        </span>
      ),
    },
    {
      label: 'Order',
      cell: ({ side, type }) => <span className="whitespace-nowrap">{`${side}, ${spaced(type)}`}</span>,
    },
    {
      label: 'Trigger',
      align: 'end',
      cell: ({ triggerPriceQuote: price }) => (price ? formatPrice(price) : '–'),
    },
    { label: 'Limit', align: 'end', cell: ({ priceQuote }) => (priceQuote ? formatPrice(priceQuote) : '–') },
    {
      label: 'Filled of',
      align: 'end',
      cell: ({ filledBase, quantityBase }) =>
        `${formatQuantity(filledBase)} of ${formatQuantity(quantityBase)}`,
    },
    {
      label: 'Age',
      align: 'end',
      cell: ({ createdAtMs }) => (
        <span title={`sent ${formatMarketTime(createdAtMs)}`}>
          {nowMs === null ? '–' : formatAge(nowMs - createdAtMs)}
        </span>
      ),
    },
    {
      label: 'Run',
      align: 'end',
      cell: ({ runId, symbol, purpose }) =>
        runId === null ? '–' : <RunLink runId={runId} of={`the ${baseName(symbol)} ${purpose}`} />,
    },
  ];
}
