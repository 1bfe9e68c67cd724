/** Our own books: `OrderStore` of tools/orders, and what the API lists of them. */
import { and, desc, eq, getTableColumns, gte, inArray, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Account, Trade } from '#domain/account.ts';
import type { EquityPoint } from '#domain/desk-event.ts';
import type { IntentStatus, OrderIntent } from '#domain/intent.ts';
import { isOrderFinal, type Order, OrderStatus } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { WorkingEntry } from '#domain/working-entry.ts';
import type { Database } from '../client.ts';
import { type DeskPageRequest, decodeCursor, type Page, pageOf } from '../cursor.ts';
import { defineRepository } from '../repository.ts';
import { accounts, equitySnapshots, positions } from '../schema/books.ts';
import { orderIntents, orders, trades } from '../schema/orders.ts';
import { saveBooks } from './books.ts';
import { claimResend, type Evidence, moveIntent } from './move-intent.ts';
import { intentOfOrder, planIntents, planSent, protectiveIntents } from './order-intents.ts';
import { prepareOrderReads } from './order-reads.ts';
import { owedFills } from './owed-fills.ts';
import { protectedPositions } from './protected-positions.ts';
import { tripActivity } from './trip-activity.ts';
import { endEntry, entriesAtWork, openEntries, openEntry, ordersOfEntry } from './working-entries.ts';

/** An order of a desk, with the run that sent it where it is ours, and while it is open the position it stands beside. */
export type ListedOrder = Order & {
  readonly deskId: string;
  readonly runId: string | null;
  readonly positionId: string | null;
};
export type ListedTrade = Trade & { readonly deskId: string };

const OPEN_ORDERS = OrderStatus.options.filter((status) => !isOrderFinal(status));

export function createOrderRepository(database: Database) {
  const { orm } = database;

  return defineRepository(database, {
    ...prepareOrderReads(orm),
    planIntents: (intents: readonly OrderIntent[]) => planIntents(database, intents),
    planSent: (entry: OrderIntent, protection: readonly OrderIntent[]) =>
      planSent(database, entry, protection),
    moveIntent: (intentId: string, to: IntentStatus, evidence: Evidence) =>
      moveIntent(database, intentId, to, evidence),
    claimResend: (intent: OrderIntent, atMs: EpochMs) => claimResend(database, intent, atMs),
    intentOf: (clientOrderId: string) => intentOfOrder(orm, clientOrderId),
    protectiveIntents: (deskId: string, symbol: MarketSymbol, sinceMs: EpochMs) =>
      protectiveIntents(orm, deskId, symbol, sinceMs),
    openEntry: (entry: WorkingEntry) => openEntry(orm, entry),
    openEntries: (deskId: string) => openEntries(orm, [deskId]),
    entriesAtWork: (deskIds: readonly string[]) => entriesAtWork(orm, deskIds),
    ordersOfEntry: (entry: WorkingEntry) => ordersOfEntry(orm, entry),
    endEntry: (entryId: string, why: Parameters<typeof endEntry>[2]) => endEntry(orm, entryId, why),
    owedFills: (deskId: string, sinceMs: EpochMs) => owedFills(database, deskId, sinceMs),
    tripActivity: (deskId: string, symbol: MarketSymbol, closedSinceMs: EpochMs) =>
      tripActivity(orm, deskId, symbol, closedSinceMs),
    saveBooks: (deskId: string, books: Parameters<typeof saveBooks>[2]) => saveBooks(database, deskId, books),

    /** Newest first. */
    async listOrders(request: DeskPageRequest): Promise<Page<ListedOrder>> {
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
        .where(pageCondition(request, orders.deskId, orders.createdAtMs, orders.clientOrderId))
        .orderBy(desc(orders.createdAtMs), desc(orders.clientOrderId))
        .limit(request.limit + 1);
      return pageOf(rows, request.limit, (row) => [row.createdAtMs, row.clientOrderId]);
    },

    /** Newest first, by the time they closed. */
    async listTrades(request: DeskPageRequest): Promise<Page<ListedTrade>> {
      const rows = await orm
        .select()
        .from(trades)
        .where(pageCondition(request, trades.deskId, trades.closedAtMs, trades.tradeId))
        .orderBy(desc(trades.closedAtMs), desc(trades.tradeId))
        .limit(request.limit + 1);
      return pageOf(rows, request.limit, (row) => [row.closedAtMs, row.tradeId]);
    },

    positions: (deskIds?: readonly string[]) => protectedPositions(orm, deskIds),

    /** As it was last reconciled; null before the first time. */
    async account(deskId: string): Promise<Account | null> {
      const [row] = await orm.select().from(accounts).where(eq(accounts.deskId, deskId));
      if (row === undefined) return null;
      const { deskId: _desk, activityCursor: _cursor, ...account } = row;
      return account;
    },

    /** The newest `limit` points, oldest first. */
    async equity(request: {
      deskId: string;
      fromMs?: EpochMs | undefined;
      limit: number;
    }): Promise<EquityPoint[]> {
      const { atMs, equityQuote, balanceQuote, deskId } = getTableColumns(equitySnapshots);
      const rows = await orm
        .select({ atMs, equityQuote, balanceQuote })
        .from(equitySnapshots)
        .where(
          and(
            eq(deskId, request.deskId),
            request.fromMs === undefined ? undefined : gte(atMs, request.fromMs),
          ),
        )
        .orderBy(desc(atMs))
        .limit(request.limit);
      return rows.reverse();
    },
  });
}

export type OrderRepository = ReturnType<typeof createOrderRepository>;

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
