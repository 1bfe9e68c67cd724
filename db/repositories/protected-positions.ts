/** The open positions of the last reconciled view, each with what protects it on the venue. */
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Position, ProtectedPosition, Protection } from '#domain/account.ts';
import { decimal, decimalText } from '#domain/decimal.ts';
import { isOrderFinal, OrderStatus } from '#domain/order.ts';
import type { Queryable } from '../client.ts';
import { positions } from '../schema/books.ts';
import { orders } from '../schema/orders.ts';

export type ListedPosition = ProtectedPosition & { readonly deskId: string };

const OPEN_ORDERS = OrderStatus.options.filter((status) => !isOrderFinal(status));

/** One statement, so that a stop that moves between two readings is never told as none. */
export async function protectedPositions(
  orm: Queryable,
  deskIds?: readonly string[],
): Promise<ListedPosition[]> {
  const rows = await orm
    .select({ position: positions, order: orders })
    .from(positions)
    .leftJoin(
      orders,
      and(
        eq(orders.deskId, positions.deskId),
        eq(orders.symbol, positions.symbol),
        eq(orders.side, sql`case ${positions.side} when 'long' then 'sell' else 'buy' end`),
        eq(orders.reduceOnly, true),
        inArray(orders.purpose, ['stop', 'target']),
        inArray(orders.status, OPEN_ORDERS),
      ),
    )
    .where(deskIds && inArray(positions.deskId, [...deskIds]))
    .orderBy(asc(positions.deskId), asc(positions.symbol));
  const listed = new Map<string, ListedPosition>();
  for (const { position, order } of rows) {
    const key = JSON.stringify([position.deskId, position.positionId]);
    const known = listed.get(key) ?? { ...position, stop: null, target: null };
    listed.set(key, order === null ? known : { ...known, ...withOrder(known, order) });
  }
  return [...listed.values()];
}

/** While a stop moves there are two of them: the nearer one fires first. */
function withOrder(
  position: ProtectedPosition,
  order: typeof orders.$inferSelect,
): Partial<Pick<ProtectedPosition, 'stop' | 'target'>> {
  const { clientOrderId, quantityBase, triggerPriceQuote, priceQuote } = order;
  const price = triggerPriceQuote ?? priceQuote;
  const purpose = order.purpose === 'stop' ? 'stop' : 'target';
  if (price === null) return {};
  const protection = { clientOrderId, triggerPriceQuote: price, quantityBase };
  return { [purpose]: nearer(position, purpose, protection) };
}

function nearer(position: ProtectedPosition, purpose: 'stop' | 'target', added: Protection): Protection {
  const known = position[purpose];
  if (known === null) return added;
  // Orders at one price are the pieces of one.
  if (decimal(added.triggerPriceQuote).eq(known.triggerPriceQuote))
    return { ...known, quantityBase: decimalText(decimal(known.quantityBase).plus(added.quantityBase)) };
  const isHigher = decimal(added.triggerPriceQuote).gt(known.triggerPriceQuote);
  return isHigher === isNearerWhenHigher(position, purpose) ? added : known;
}

/** The market is above a long's stop and a short's target. */
function isNearerWhenHigher({ side }: Position, purpose: 'stop' | 'target'): boolean {
  return (side === 'long') === (purpose === 'stop');
}
