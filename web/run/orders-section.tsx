import type { OrderIntent } from '#domain/intent.ts';
import type { Order } from '#domain/order.ts';
import type { CycleRecord } from '#domain/run.ts';
import { formatPrice, formatQuantity, formatQuote } from '../format/number.ts';
import { baseName, plural, spaced } from '../format/words.ts';
import { Badge, type BadgeTone } from '../ui/badge.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';
import { latestOrders } from './orders-since.ts';

interface Leg {
  readonly intent: OrderIntent | null;
  readonly order: Order | null;
  readonly request: OrderIntent['request'];
}

/** What we meant to send beside what the venue has made of it by now. */
export function OrdersSection({
  record: { intents, orders, notes },
  told,
}: {
  record: Pick<CycleRecord, 'intents' | 'orders' | 'notes'>;
  /** As the venue last told them. */
  told: readonly Order[];
}) {
  const legs = pairLegs(intents, latestOrders(orders, told));
  const asOf = told.length === 0 ? 'as the cycle ended' : 'intents as the cycle ended, orders as last told';
  return (
    <Panel
      title="Intents and orders"
      note={legs.length === 0 ? '' : `${plural(legs.length, 'leg')}, ${asOf}`}
    >
      {legs.length === 0 ? (
        <EmptyState title="Nothing was sent to the venue" />
      ) : (
        <DataTable
          caption="Intents and orders of this run"
          columns={COLUMNS}
          rows={legs}
          rowKey={(leg) => leg.request.clientOrderId}
        />
      )}
      {notes.length > 0 && (
        <ul className="border-line border-t p-3 text-muted text-xs">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function pairLegs(intents: readonly OrderIntent[], orders: readonly Order[]): Leg[] {
  const byId = new Map(orders.map((order) => [order.clientOrderId, order]));
  const meant: Leg[] = intents.map((intent) => ({
    intent,
    request: intent.request,
    order: byId.get(intent.request.clientOrderId) ?? null,
  }));
  const known = new Set(intents.map((intent) => intent.request.clientOrderId));
  const others = orders.filter((order) => !known.has(order.clientOrderId));
  return [...meant, ...others.map((order) => ({ intent: null, order, request: order }))];
}

const COLUMNS: readonly Column<Leg>[] = [
  {
    label: 'Leg',
    bare: true,
    span: 2,
    cell: ({ request }) => (
      <span className="whitespace-nowrap">
        <strong className="font-semibold">{baseName(request.symbol)}</strong> {request.purpose}
      </span>
    ),
  },
  {
    label: 'Intent',
    cell: ({ intent }) =>
      intent === null ? '–' : <Badge tone={toneOf(intent.status)}>{spaced(intent.status)}</Badge>,
  },
  { label: 'Order', cell: ({ request }) => `${request.side} ${spaced(request.type)}` },
  { label: 'Size', align: 'end', cell: ({ request }) => formatQuantity(request.quantityBase) },
  {
    label: 'Price',
    align: 'end',
    cell: ({ request }) => {
      const price = request.triggerPriceQuote ?? request.priceQuote;
      return price === null ? 'market' : formatPrice(price);
    },
  },
  {
    label: 'Venue says',
    cell: ({ order }) =>
      order === null ? 'nothing yet' : <Badge tone={toneOf(order.status)}>{spaced(order.status)}</Badge>,
  },
  {
    label: 'Filled at',
    align: 'end',
    span: 2,
    cell: ({ order }) =>
      order?.averagePriceQuote ? (
        <span className="whitespace-nowrap">
          {formatQuantity(order.filledBase)} at {formatPrice(order.averagePriceQuote)}
        </span>
      ) : (
        '–'
      ),
  },
  {
    label: 'Fees paid',
    align: 'end',
    cell: ({ order }) => (order?.feesQuote ? formatQuote(order.feesQuote, { digits: 4 }) : '–'),
  },
  {
    label: 'Client order id',
    span: 2,
    cell: ({ request, order, intent }) => (
      <>
        <code className="font-mono text-xs">{request.clientOrderId}</code>
        {(order?.reason ?? intent?.reason) && (
          <span className="block text-muted text-xs">{order?.reason ?? intent?.reason}</span>
        )}
      </>
    ),
  },
];

function toneOf(status: OrderIntent['status'] | Order['status']): BadgeTone {
  if (status === 'filled') return 'up';
  if (status === 'rejected') return 'down';
  return status === 'unknown' ? 'watch' : 'neutral';
}
