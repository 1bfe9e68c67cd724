/** Orders and trades as the API lists them, each with the runs behind it. */
import { and, desc, eq, getTableColumns, inArray, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Trade } from '#domain/account.ts';
import { isOrderFinal, type Order, OrderStatus } from '#domain/order.ts';
import type { Queryable } from '../client.ts';
import { type DeskPageRequest, decodeCursor, type Page, pageOf } from '../cursor.ts';
import { positions } from '../schema/books.ts';
import { orderIntents, orders, trades } from '../schema/orders.ts';

/** An order of a desk, with the run that sent it where it is ours, and while it is open the position it stands beside. */
export type ListedOrder = Order & {
  readonly deskId: string;
  readonly runId: string | null;
  readonly positionId: string | null;
};

/** A trade with the runs whose orders opened and closed it; null where the order was not one of ours. */
export type ListedTrade = Trade & {
  readonly deskId: string;
  readonly openedByRunId: string | null;
  readonly closedByRunId: string | null;
};

export interface OrderFilter extends DeskPageRequest {
  /** Only those that stand yet. */
  readonly open?: boolean | undefined;
}

export interface TradeFilter extends DeskPageRequest {
  readonly symbol?: string | undefined;
  readonly side?: Trade['side'] | undefined;
  readonly exitReason?: Trade['exitReason'] | undefined;
}

const OPEN_ORDERS = OrderStatus.options.filter((status) => !isOrderFinal(status));

/** Newest first. */
export async function listOrders(orm: Queryable, request: OrderFilter): Promise<Page<ListedOrder>> {
  const rows = await orm
    .select({
      ...getTableColumns(orders),
      runId: orderIntents.runId,
      positionId: positions.positionId,
    })
    .from(orders)
    .leftJoin(orderIntents, eq(orderIntents.clientOrderId, orders.clientOrderId))
    .leftJoin(
      positions,
      and(
        inArray(orders.status, OPEN_ORDERS),
        eq(positions.deskId, orders.deskId),
        eq(positions.symbol, orders.symbol),
      ),
    )
    .where(
      and(
        pageCondition(request, orders.deskId, orders.createdAtMs, orders.clientOrderId),
        // Written out as its index says it, which a statement with parameters would not find.
        request.open ? sql`${orders.status} not in ('filled', 'cancelled', 'rejected')` : undefined,
      ),
    )
    .orderBy(desc(orders.createdAtMs), desc(orders.clientOrderId))
    .limit(request.limit + 1);
  return pageOf(rows, request.limit, (row) => [row.createdAtMs, row.clientOrderId]);
}

/** Newest first, by the time they closed. */
export async function listTrades(orm: Queryable, request: TradeFilter): Promise<Page<ListedTrade>> {
  const { symbol, side, exitReason } = request;
  const rows = await orm
    .select({
      ...getTableColumns(trades),
      openedByRunId: runOfFill(sql`trades.opened_at_ms`, sql`fills.purpose = 'entry'`),
      closedByRunId: runOfFill(sql`trades.closed_at_ms`, sql`fills.purpose <> 'entry'`),
    })
    .from(trades)
    .where(
      and(
        pageCondition(request, trades.deskId, trades.closedAtMs, trades.tradeId),
        symbol === undefined ? undefined : eq(trades.symbol, symbol),
        side && eq(trades.side, side),
        exitReason && eq(trades.exitReason, exitReason),
      ),
    )
    .orderBy(desc(trades.closedAtMs), desc(trades.tradeId))
    .limit(request.limit + 1);
  return pageOf(rows, request.limit, (row) => [row.closedAtMs, row.tradeId]);
}

/** The run that sent the order which filled at this instant of a trade. Names are written out: here they are two tables'. */
function runOfFill(atMs: SQL, purpose: SQL): SQL<string | null> {
  return sql<string | null>`(
    select order_intents.run_id from fills join order_intents using (client_order_id)
    where fills.desk_id = trades.desk_id and fills.symbol = trades.symbol and fills.at_ms = ${atMs} and ${purpose}
    order by fills.sequence limit 1)`;
}

function pageCondition(
  request: DeskPageRequest,
  deskId: PgColumn,
  atMs: PgColumn,
  id: PgColumn,
): SQL | undefined {
  const conditions: SQL[] = [];
  if (request.deskIds !== undefined) conditions.push(inArray(deskId, [...request.deskIds]));
  if (request.cursor) {
    const [beforeMs, beforeId] = decodeCursor(request.cursor);
    conditions.push(sql`(${atMs}, ${id}) < (${beforeMs}, ${beforeId})`);
  }
  return and(...conditions);
}
