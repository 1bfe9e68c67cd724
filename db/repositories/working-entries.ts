/** Entries that go out over time, and the orders each has sent. */
import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { decimalText, sumDecimals } from '#domain/decimal.ts';
import type { OrderIntent } from '#domain/intent.ts';
import { isOrderFinal, type Order } from '#domain/order.ts';
import type { EpochMs } from '#domain/time.ts';
import type { EntryProgress, WorkingEntry } from '#domain/working-entry.ts';
import type { Queryable } from '../client.ts';
import { orderIntents, orders, workingEntries } from '../schema/orders.ts';
import { intentOf } from './order-intents.ts';

/** One that is there already stays as it is. */
export async function openEntry(orm: Queryable, entry: WorkingEntry): Promise<void> {
  await orm.insert(workingEntries).values(entry).onConflictDoNothing();
}

/** Oldest first. */
async function openEntries(orm: Queryable, deskIds: readonly string[]): Promise<WorkingEntry[]> {
  const rows = await orm
    .select()
    .from(workingEntries)
    .where(and(inArray(workingEntries.deskId, [...deskIds]), isNull(workingEntries.endedAtMs)))
    .orderBy(asc(workingEntries.startedAtMs), asc(workingEntries.entryId));
  return rows.map(openEntryOf);
}

export function openEntryOf(row: typeof workingEntries.$inferSelect): WorkingEntry {
  const { endedAtMs: _ended, endReason: _reason, ...entry } = row;
  return entry;
}

/** The same with what has come of them: few are ever at work at once. */
export async function entriesAtWork(orm: Queryable, deskIds: readonly string[]): Promise<EntryProgress[]> {
  const entries = await openEntries(orm, deskIds);
  return Promise.all(
    entries.map(async (entry) => {
      const told = (await ordersOfEntry(orm, entry)).flatMap(({ order }) => order ?? []);
      const resting = told.find(({ status }) => !isOrderFinal(status));
      const filledBase = decimalText(sumDecimals(told.map((order) => order.filledBase)));
      return { ...entry, filledBase, restsAtQuote: resting?.priceQuote ?? null };
    }),
  );
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
