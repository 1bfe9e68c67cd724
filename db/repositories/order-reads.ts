/** What every look at a venue and every order begins with. Built once: building takes longer than running it. */
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { IntentStatus, isIntentFinal, type OrderIntent } from '#domain/intent.ts';
import type { Order } from '#domain/order.ts';
import type { Database } from '../client.ts';
import { accounts } from '../schema/books.ts';
import { orderIntents, orders } from '../schema/orders.ts';
import { intentOf } from './order-intents.ts';

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
  };
}
