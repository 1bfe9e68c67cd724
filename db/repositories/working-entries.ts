/** Entries that go out over time, and the orders each has sent. */
import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { OrderIntent } from '#domain/intent.ts';
import type { Order } from '#domain/order.ts';
import type { EpochMs } from '#domain/time.ts';
import type { WorkingEntry } from '#domain/working-entry.ts';
import type { Queryable } from '../client.ts';
import { orderIntents, orders, workingEntries } from '../schema/orders.ts';
import { intentOf } from './order-intents.ts';

/** One that is there already stays as it is. */
export async function openEntry(orm: Queryable, entry: WorkingEntry): Promise<void> {
  await orm.insert(workingEntries).values(entry).onConflictDoNothing();
}

/** Oldest first. */
export async function openEntries(orm: Queryable, deskId: string): Promise<WorkingEntry[]> {
  const rows = await orm
    .select()
    .from(workingEntries)
    .where(and(eq(workingEntries.deskId, deskId), isNull(workingEntries.endedAtMs)))
    .orderBy(asc(workingEntries.startedAtMs), asc(workingEntries.entryId));
  return rows.map(({ endedAtMs: _ended, endReason: _reason, ...entry }) => entry);
}

/** The orders an entry has planned so far, in their sequence, each as the venue last told of it. */
export async function ordersOfEntry(
  orm: Queryable,
  { deskId, runId, proposal }: WorkingEntry,
): Promise<{ intent: OrderIntent; order: Order | null }[]> {
  const rows = await orm
    .select({ intent: orderIntents, order: orders })
    .from(orderIntents)
    .leftJoin(
      orders,
      and(eq(orders.deskId, orderIntents.deskId), eq(orders.clientOrderId, orderIntents.clientOrderId)),
    )
    .where(
      and(
        eq(orderIntents.runId, runId),
        eq(orderIntents.deskId, deskId),
        eq(orderIntents.proposalId, proposal.proposalId),
        sql`${orderIntents.request} ->> 'purpose' = 'entry'`,
      ),
    )
    .orderBy(asc(orderIntents.sequence));
  return rows.map(({ intent, order }) => ({
    intent: intentOf(intent),
    order: order === null ? null : orderOf(order),
  }));
}

/** Says why it is over, once. */
export async function endEntry(
  orm: Queryable,
  entryId: string,
  { atMs, reason }: { readonly atMs: EpochMs; readonly reason: string },
): Promise<void> {
  await orm
    .update(workingEntries)
    .set({ endedAtMs: atMs, endReason: reason })
    .where(and(eq(workingEntries.entryId, entryId), isNull(workingEntries.endedAtMs)));
}

function orderOf({ deskId: _desk, ...order }: typeof orders.$inferSelect): Order {
  return order;
}
