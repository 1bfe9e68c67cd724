/** Our own books: `OrderStore` of tools/orders, and what the API lists of them. */
import { and, desc, eq, getTableColumns, gte } from 'drizzle-orm';
import type { Account } from '#domain/account.ts';
import type { EquityPoint } from '#domain/desk-event.ts';
import type { IntentStatus, OrderIntent } from '#domain/intent.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { WorkingEntry } from '#domain/working-entry.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { accounts, equitySnapshots } from '../schema/books.ts';
import { listOrders, listTrades, type OrderFilter, type TradeFilter } from './book-lists.ts';
import { saveBooks } from './books.ts';
import { claimResend, type Evidence, moveIntent } from './move-intent.ts';
import { intentOfOrder, planIntents, planSent } from './order-intents.ts';
import { prepareOrderReads } from './order-reads.ts';
import { owedFills } from './owed-fills.ts';
import { protectedPositions } from './protected-positions.ts';
import { tripActivity } from './trip-activity.ts';
import { endEntry, entriesAtWork, openEntry, ordersOfEntry } from './working-entries.ts';

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
    openEntry: (entry: WorkingEntry) => openEntry(orm, entry),
    entriesAtWork: (deskIds: readonly string[]) => entriesAtWork(orm, deskIds),
    ordersOfEntry: (entry: WorkingEntry) => ordersOfEntry(orm, entry),
    endEntry: (entryId: string, why: Parameters<typeof endEntry>[2]) => endEntry(orm, entryId, why),
    owedFills: (deskId: string, sinceMs: EpochMs) => owedFills(database, deskId, sinceMs),
    tripActivity: (deskId: string, symbol: MarketSymbol, closedSinceMs: EpochMs) =>
      tripActivity(orm, deskId, symbol, closedSinceMs),
    saveBooks: (deskId: string, books: Parameters<typeof saveBooks>[2]) => saveBooks(database, deskId, books),

    listOrders: (request: OrderFilter) => listOrders(orm, request),
    listTrades: (request: TradeFilter) => listTrades(orm, request),

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
