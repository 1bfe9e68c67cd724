/**
 * Live events. Ids become visible in their order: whoever has read up to an id has missed nothing before it, since an
 * insert takes its ids and commits under one lock. Like spans they share statements and do not wait for the disk.
 */
import { and, asc, desc, eq, gt, lt, max, sql as statement } from 'drizzle-orm';
import type { DeskEvent, NewDeskEvent } from '#domain/desk-event.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database, Queryable } from '../client.ts';
import { createGroupCommit } from '../group-commit.ts';
import { defineRepository } from '../repository.ts';
import { jsonText } from '../schema/columns.ts';
import { deskEvents } from '../schema/desk.ts';
import { hideSecrets } from '../stored-secrets.ts';

export const EVENT_CHANNEL = 'vigil_events';
const EVENT_ORDER_LOCK = 0x65_76_6e_74;

/**
 * Writes an event in the transaction of what it tells of, as its last statement: whoever tells another one waits until
 * it is committed.
 */
export async function writeEvent(transaction: Queryable, event: NewDeskEvent): Promise<void> {
  await transaction.execute(statement`select pg_advisory_xact_lock(${EVENT_ORDER_LOCK})`);
  const [added] = await transaction
    .insert(deskEvents)
    .values(withoutSecretPayload(event))
    .returning({ id: deskEvents.id });
  await transaction.execute(statement`select pg_notify(${EVENT_CHANNEL}, ${String(added?.id)})`);
}

export function createEventRepository(database: Database) {
  const { sql, orm } = database;
  const write = createGroupCommit<NewDeskEvent, number>(async (batch) => {
    const rows = await sql<{ id: string }[]>`
      with locked as materialized (
        select set_config('synchronous_commit', 'off', true), pg_advisory_xact_lock(${EVENT_ORDER_LOCK})
      ), added as (
        insert into desk_events (type, run_id, desk_id, at_ms, payload, hidden_fields)
        select e.type, e.run_id, e.desk_id, e.at_ms, e.payload, e.hidden_fields
        from locked, rows from (jsonb_to_recordset(${jsonText(batch.map(rowOf))}::text::jsonb) as (
          type text, run_id text, desk_id text, at_ms bigint, payload jsonb, hidden_fields integer)) with ordinality
          as e(type, run_id, desk_id, at_ms, payload, hidden_fields, position)
        order by e.position
        returning id
      ), notified as materialized (
        select pg_notify(${EVENT_CHANNEL}, max(id)::text) from added
      )
      select added.id from added, notified order by added.id`;
    return rows.map((row) => Number(row.id));
  });

  return defineRepository(database, {
    /** Gives the event's id; readers who wait on `subscribe` are woken when it is committed. */
    append: (event: NewDeskEvent): Promise<number> => write(event),

    /** Events with a greater id, oldest first. */
    after: (id: number, options: { runId?: string | undefined; limit: number }): Promise<DeskEvent[]> =>
      orm
        .select()
        .from(deskEvents)
        .where(and(gt(deskEvents.id, id), options.runId ? eq(deskEvents.runId, options.runId) : undefined))
        .orderBy(asc(deskEvents.id))
        .limit(options.limit),

    /** 0 when there is none. */
    async latestId(): Promise<number> {
      const [row] = await orm.select({ id: max(deskEvents.id) }).from(deskEvents);
      return row?.id ?? 0;
    },

    /** The newest event of a type, of those that are still kept; null when there is none. */
    async latest(type: DeskEvent['type']): Promise<DeskEvent | null> {
      const [row] = await orm
        .select()
        .from(deskEvents)
        .where(eq(deskEvents.type, type))
        .orderBy(desc(deskEvents.id))
        .limit(1);
      return row ?? null;
    },

    /** Wakes on every commit of events; also at once, and when a lost connection came back, since some may be missed. */
    async subscribe(onWake: () => void): Promise<() => Promise<void>> {
      const { unlisten } = await sql.listen(EVENT_CHANNEL, onWake, onWake);
      return unlisten;
    },

    /** Forgets events older than `beforeMs`; gives their number. */
    async prune(beforeMs: EpochMs): Promise<number> {
      const gone = await orm
        .delete(deskEvents)
        .where(lt(deskEvents.atMs, beforeMs))
        .returning({ id: deskEvents.id });
      return gone.length;
    },
  });
}

export type EventRepository = ReturnType<typeof createEventRepository>;

function withoutSecretPayload(event: NewDeskEvent) {
  const { value: payload, hidden } = hideSecrets(event.payload ?? null);
  return { ...event, payload, hiddenFields: hidden };
}

function rowOf(event: NewDeskEvent) {
  const { payload, hiddenFields } = withoutSecretPayload(event);
  return {
    type: event.type,
    run_id: event.runId,
    desk_id: event.deskId,
    at_ms: event.atMs,
    payload,
    hidden_fields: hiddenFields,
  };
}
