/**
 * Spans are written when they open and again when they close, so a killed run leaves an open one behind. Spans of one
 * tick share a statement (group-commit.ts), and the statement does not wait for the disk: a killed process loses
 * nothing, a crash of Postgres itself the last fraction of a second of traces.
 */
import { asc, eq } from 'drizzle-orm';
import type { Span } from '#domain/run.ts';
import type { KeptSpan } from '#domain/run-trace.ts';
import type { Database, Queryable } from '../client.ts';
import { createGroupCommit } from '../group-commit.ts';
import { defineRepository } from '../repository.ts';
import { jsonText } from '../schema/columns.ts';
import { spans } from '../schema/runs.ts';
import { hideSecrets } from '../stored-secrets.ts';

export function createSpanRepository(database: Database) {
  const { sql, orm } = database;
  const write = createGroupCommit<Span, void>(async (batch) => {
    // A span that opened and closed in one batch is written once, as it ended: one statement may touch a row once.
    const lastById = new Map(batch.map((span) => [span.spanId, span]));
    await sql`
      insert into spans (span_id, run_id, name, kind, symbol, status, started_at_ms, duration_ms, decided_by, input, output, error,
        hidden_fields)
      select s.* from
        jsonb_to_recordset(${jsonText([...lastById.values()].map(rowOf))}::text::jsonb) as s(
          span_id text, run_id text, name text, kind text, symbol text, status text, started_at_ms bigint,
          duration_ms double precision, decided_by text, input jsonb, output jsonb, error jsonb, hidden_fields integer),
        set_config('synchronous_commit', 'off', true)
      on conflict (span_id) do update set
        status = excluded.status, started_at_ms = excluded.started_at_ms, duration_ms = excluded.duration_ms,
        decided_by = excluded.decided_by, input = excluded.input, output = excluded.output, error = excluded.error,
        hidden_fields = excluded.hidden_fields`;
    return [];
  });

  return defineRepository(database, {
    /** An id that is there already (its node runs again after a resume) is open again, with the new start. */
    opened: (span: Span): Promise<void> => write(span),
    closed: (span: Span): Promise<void> => write(span),
    ofRun: (runId: string): Promise<KeptSpan[]> => spansOfRun(orm, runId),
  });
}

export type SpanRepository = ReturnType<typeof createSpanRepository>;

export function spansOfRun(orm: Queryable, runId: string): Promise<KeptSpan[]> {
  return orm
    .select()
    .from(spans)
    .where(eq(spans.runId, runId))
    .orderBy(asc(spans.startedAtMs), asc(spans.spanId));
}

function rowOf(span: Span) {
  const { input = null, output = null, error } = span;
  const { value: bodies, hidden } = hideSecrets({ input, output, error });
  return {
    span_id: span.spanId,
    run_id: span.runId,
    name: span.name,
    kind: span.kind,
    symbol: span.symbol,
    status: span.status,
    started_at_ms: span.startedAtMs,
    duration_ms: span.durationMs,
    decided_by: span.decidedBy,
    ...bodies,
    hidden_fields: hidden,
  };
}
