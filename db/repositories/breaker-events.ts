/** What the breaker saw and did. */
import { and, desc, inArray, lt } from 'drizzle-orm';
import type { Queryable } from '../client.ts';
import { type DeskPageRequest, decodeCursor, type Page, pageOf } from '../cursor.ts';
import { breakerEvents as table } from '../schema/desk.ts';
import { writeAudit } from './audit.ts';

type StoredBreakerEvent = typeof table.$inferSelect;
type Frozen = 'snapshotId' | 'market';
export type NewBreakerEvent = Omit<StoredBreakerEvent, 'eventId' | 'symbols' | Frozen> & {
  readonly symbols: readonly string[];
} & Partial<Pick<StoredBreakerEvent, Frozen>>;

export function breakerEvent(orm: Queryable, event: NewBreakerEvent): Promise<void> {
  return orm.transaction(async (transaction) => {
    await transaction.insert(table).values({ ...event, symbols: [...event.symbols] });
    await writeAudit(transaction, {
      actor: 'breaker',
      action: 'breaker.event',
      subject: `desk:${event.deskId}`,
      details: event,
    });
  });
}

/** Newest first. */
export async function breakerEvents(
  orm: Queryable,
  request: DeskPageRequest,
): Promise<Page<StoredBreakerEvent>> {
  const rows = await orm
    .select()
    .from(table)
    .where(
      and(
        request.deskIds && inArray(table.deskId, [...request.deskIds]),
        request.cursor ? lt(table.eventId, decodeCursor(request.cursor)[0]) : undefined,
      ),
    )
    .orderBy(desc(table.eventId))
    .limit(request.limit + 1);
  return pageOf(rows, request.limit, (row) => [row.eventId, '']);
}
