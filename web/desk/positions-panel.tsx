import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Position } from '#domain/account.ts';
import type { Order } from '#domain/order.ts';
import { ordersQuery, positionsQuery, stateQuery } from '../api/queries.ts';
import { formatPrice, formatQuantity } from '../format/number.ts';
import { formatAge, formatDateTime } from '../format/time.ts';
import { baseName } from '../format/words.ts';
import { useMarketNow } from '../shell/use-market-now.ts';
import { Amount } from '../ui/amount.tsx';
import { Button } from '../ui/button.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { SideBadge } from '../ui/side-badge.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { ClosePositionsDialog } from './close-positions-dialog.tsx';
import { netProfitQuote, protectionPrice } from './position-figures.ts';

export function PositionsPanel() {
  const positions = useQuery(positionsQuery);
  const orders = useQuery(ordersQuery);
  const state = useQuery(stateQuery);
  const nowMs = useMarketNow(state.data?.market, state.dataUpdatedAt);
  const [closing, setClosing] = useState<readonly Position[]>([]);
  const open = positions.data?.items ?? [];
  return (
    <Panel
      title="Positions"
      note="net of fees and funding"
      actions={
        open.length > 1 && (
          <Button tone="danger" onClick={() => setClosing(open)}>
            Close all
          </Button>
        )
      }
    >
      <div className="flex min-h-40 flex-col">
        <Loaded query={positions} skeleton={<SkeletonRows rows={3} />}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title="No open position">
                The desk opens one when a proposal passes the gate and the Risk agent.
              </EmptyState>
            ) : (
              <DataTable
                caption="Open positions"
                rows={items}
                rowKey={(position) => position.positionId}
                columns={columns(orders.data?.items, nowMs, (position) => setClosing([position]))}
              />
            )
          }
        </Loaded>
      </div>
      {closing.length > 0 && <ClosePositionsDialog positions={closing} onClose={() => setClosing([])} />}
    </Panel>
  );
}

function columns(
  orders: readonly Order[] | undefined,
  nowMs: number | null,
  onClose: (position: Position) => void,
): Column<Position>[] {
  return [
    {
      label: 'Symbol',
      bare: true,
      span: 2,
      cell: (position) => (
        <span className="flex items-center gap-2">
          <strong className="font-semibold">{baseName(position.symbol)}</strong>
          <SideBadge side={position.side} leverage={position.leverage} />
        </span>
      ),
    },
    {
      label: 'Net profit',
      align: 'end',
      cell: (position) => <Amount value={netProfitQuote(position)} className="font-semibold" />,
    },
    { label: 'Size', align: 'end', cell: (position) => formatQuantity(position.quantityBase) },
    { label: 'Entry', align: 'end', cell: (position) => formatPrice(position.entryPriceQuote) },
    { label: 'Mark', align: 'end', cell: (position) => formatPrice(position.markPriceQuote) },
    {
      label: 'Stop',
      align: 'end',
      cell: (position) => <Protection {...{ position, orders }} purpose="stop" />,
    },
    {
      label: 'Target',
      align: 'end',
      cell: (position) => <Protection {...{ position, orders }} purpose="target" />,
    },
    {
      label: 'Age',
      align: 'end',
      cell: (position) => (
        <span title={`opened ${formatDateTime(position.openedAtMs)}`}>
          {nowMs === null ? '–' : formatAge(nowMs - position.openedAtMs)}
        </span>
      ),
    },
    {
      label: 'Action',
      align: 'end',
      bare: true,
      span: 3,
      cell: (position) => (
        <Button
          className="max-sm:w-full sm:-my-1"
          aria-label={`Close the ${baseName(position.symbol)} position`}
          onClick={() => onClose(position)}
        >
          Close
        </Button>
      ),
    },
  ];
}

interface ProtectionProps {
  readonly position: Position;
  readonly orders: readonly Order[] | undefined;
  readonly purpose: 'stop' | 'target';
}

/** A position without a live stop is said aloud; a missing target is allowed. */
function Protection({ position, orders, purpose }: ProtectionProps) {
  if (!orders) return <span className="text-faint">–</span>;
  const price = protectionPrice(position, orders, purpose);
  if (price !== null) return formatPrice(price);
  return purpose === 'stop' ? (
    <span className="font-semibold text-down">none</span>
  ) : (
    <span className="text-faint">none</span>
  );
}
