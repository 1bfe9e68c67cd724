/** What every look at a venue and every order begins with. Built once: building takes longer than running it. */
import { and, asc, eq, gte, inArray, isNull, sql } from 'drizzle-orm';
import { IntentStatus, isIntentFinal, type OrderIntent } from '#domain/intent.ts';
import type { Order } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { WorkingEntry } from '#domain/working-entry.ts';
import type { Database } from '../client.ts';
import { accounts } from '../schema/books.ts';
import { orderIntents, orders, workingEntries } from '../schema/orders.ts';
import { intentOf } from './order-intents.ts';
import { openEntryOf } from './working-entries.ts';

const UNSETTLED = IntentStatus.options.filter((status) => !isIntentFinal(status));

export function prepareOrderReads(orm: Database['orm']) {
  const desk = sql.placeholder('deskId');
  const unsettled = orm
    .select()
    .from(orderIntents)
    .where(and(eq(orderIntents.deskId, desk), inArray(orderIntents.status, UNSETTLED)))
    .orderBy(asc(orderIntents.sequence))
    .prepare('unsettled_intents');
  const ofRun = orm
    .select()
    .from(orderIntents)
    .where(eq(orderIntents.runId, sql.placeholder('runId')))
    .orderBy(asc(orderIntents.sequence))
    .prepare('intents_of_run');
  const standing = orm
    .select()
    .from(orders)
    // Written out as its index says it, which a statement with parameters would not find.
    .where(sql`${orders.deskId} = ${desk} and ${orders.status} not in ('filled', 'cancelled', 'rejected')`)
    .prepare('standing_orders');
  const cursor = orm
    .select({ cursor: accounts.activityCursor })
    .from(accounts)
    .where(eq(accounts.deskId, desk))
    .prepare('activity_cursor');
  const protective = orm
    .select()
    .from(orderIntents)
    .where(
      and(
        eq(orderIntents.deskId, desk),
        gte(orderIntents.createdAtMs, sql.placeholder('sinceMs')),
        sql`${orderIntents.request} ->> 'symbol' = ${sql.placeholder('symbol')}`,
        sql`${orderIntents.request} ->> 'purpose' in ('stop', 'target')`,
      ),
    )
    .orderBy(asc(orderIntents.sequence))
    .prepare('protective_intents');
  const entries = orm
    .select()
    .from(workingEntries)
    .where(and(eq(workingEntries.deskId, desk), isNull(workingEntries.endedAtMs)))
    .orderBy(asc(workingEntries.startedAtMs), asc(workingEntries.entryId))
    .prepare('open_entries');

  return {
    async unsettledIntents(deskId: string): Promise<OrderIntent[]> {
      return (await unsettled.execute({ deskId })).map(intentOf);
    },
    async intentsOfRun(runId: string): Promise<OrderIntent[]> {
      return (await ofRun.execute({ runId })).map(intentOf);
    },
    async standingOrders(deskId: string): Promise<Order[]> {
      return (await standing.execute({ deskId })).map(({ deskId: _desk, ...order }) => order);
    },
    async activityCursor(deskId: string): Promise<string | null> {
      const [row] = await cursor.execute({ deskId });
      return row?.cursor ?? null;
    },
    /** Newest first. */
    async protectiveIntents(deskId: string, symbol: MarketSymbol, sinceMs: EpochMs): Promise<OrderIntent[]> {
      return (await protective.execute({ deskId, symbol, sinceMs })).map(intentOf).reverse();
    },
    /** Oldest first. */
    async openEntries(deskId: string): Promise<WorkingEntry[]> {
      return (await entries.execute({ deskId })).map(openEntryOf);
    },
  };
}
