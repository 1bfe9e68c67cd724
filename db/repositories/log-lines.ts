/**
 * The newest log lines of every process. Like events, ids become visible in their order, since an insert takes its ids
 * and commits under one lock; nothing waits for the disk, and what is over the bound is forgotten.
 */
import { asc, gt } from 'drizzle-orm';
import type { LogLine, NewLogLine } from '#domain/log-line.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { jsonText } from '../schema/columns.ts';
import { logLines } from '../schema/logs.ts';

export const LOG_CHANNEL = 'vigil_logs';
const LOG_ORDER_LOCK = 0x6c_6f_67_73;

export interface LogBounds {
  /** Both null before the first line. */
  readonly oldestId: number | null;
  readonly latestId: number | null;
}

export function createLogLines(database: Database) {
  const { sql, orm } = database;
  return defineRepository(database, {
    async append(lines: readonly NewLogLine[]): Promise<void> {
      if (lines.length === 0) return;
      await sql`
        with locked as materialized (
          select set_config('synchronous_commit', 'off', true), pg_advisory_xact_lock(${LOG_ORDER_LOCK})
        ), added as (
          insert into log_lines (at_ms, level, role, process, message, run_id, fields)
          select l.at_ms, l.level, l.role, l.process, l.message, l.run_id, l.fields
          from locked, rows from (jsonb_to_recordset(${jsonText(lines.map(rowOf))}::text::jsonb) as (
            at_ms bigint, level text, role text, process text, message text, run_id text, fields jsonb))
            with ordinality as l(at_ms, level, role, process, message, run_id, fields, position)
          order by l.position
          returning id
        )
        select pg_notify(${LOG_CHANNEL}, max(id)::text) from added`;
    },

    /** Lines with a greater id, oldest first. */
    after: (id: number, { limit }: { readonly limit: number }): Promise<LogLine[]> =>
      orm.select().from(logLines).where(gt(logLines.id, id)).orderBy(asc(logLines.id)).limit(limit),

    async bounds(): Promise<LogBounds> {
      const [row] = await sql<{ oldestId: string | null; latestId: string | null }[]>`
        select min(id) as "oldestId", max(id) as "latestId" from log_lines`;
      const read = (id: string | null | undefined) => (id == null ? null : Number(id));
      return { oldestId: read(row?.oldestId), latestId: read(row?.latestId) };
    },

    /** The id after which the newest `count` lines come. */
    async beforeNewest(count: number): Promise<number> {
      const [row] = await sql<
        { id: string }[]
      >`select id from log_lines order by id desc offset ${count} limit 1`;
      return Number(row?.id ?? 0);
    },

    /** Wakes on every commit of lines, and when a lost connection came back. */
    async subscribe(onWake: () => void): Promise<() => Promise<void>> {
      const { unlisten } = await sql.listen(LOG_CHANNEL, onWake, onWake);
      return unlisten;
    },

    /** Forgets all but the newest. */
    async keepNewest(count: number): Promise<void> {
      await sql`delete from log_lines where id <= (select id from log_lines order by id desc offset ${count} limit 1)`;
    },
  });
}

export type LogLineRepository = ReturnType<typeof createLogLines>;

function rowOf({ atMs, level, role, process, message, runId, fields }: NewLogLine) {
  return { at_ms: atMs, level, role, process, message, run_id: runId, fields };
}
