import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  pgTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { DecidedBy } from '#domain/opinion.ts';
import type {
  CycleOutcome,
  CycleRecord,
  NodeFailure,
  NodeKind,
  NodeName,
  RunKind,
  RunStatus,
  Span,
} from '#domain/run.ts';
import type { BreakerLevel } from '#domain/trading-state.ts';
import { document, milliseconds } from './columns.ts';

/** One cycle or analysis. `record` is null until it has ended with one. */
export const runs = pgTable(
  'runs',
  {
    runId: text().primaryKey(),
    deskId: text().notNull(),
    kind: text().$type<RunKind>().notNull(),
    status: text().$type<RunStatus>().notNull(),
    outcome: text().$type<CycleOutcome>(),
    reason: text(),
    question: text(),
    symbols: text().array().notNull(),
    level: text().$type<BreakerLevel>(),
    startedAtMs: milliseconds().notNull(),
    finishedAtMs: milliseconds(),
    marketAsOfMs: milliseconds(),
    snapshotId: text(),
    orders: integer().notNull().default(0),
    /** Null: unknown, because the cost of one of its calls is. */
    costUsd: doublePrecision().default(0),
    seed: bigint({ mode: 'number' }).notNull(),
    promptSetId: text().notNull(),
    /** The process that works on it. */
    owner: text(),
    heartbeatAtMs: milliseconds(),
    cancelRequested: boolean().notNull().default(false),
    record: document().$type<CycleRecord>(),
    /** When its trace was thinned (repositories/thin-runs.ts); null while it is whole. */
    thinnedAtMs: milliseconds(),
  },
  (table) => [
    // One cycle at a time for each desk, whatever the queue does (DESIGN §5).
    uniqueIndex('runs_one_live_cycle')
      .on(table.deskId)
      .where(sql`${table.kind} = 'cycle' and ${table.status} in ('queued', 'running')`),
    index('runs_newest').on(table.startedAtMs.desc(), table.runId.desc()),
    index('runs_of_desk').on(table.deskId, table.startedAtMs.desc()),
    index('runs_live').on(table.status).where(sql`${table.status} in ('queued', 'running')`),
    index('runs_symbols').using('gin', table.symbols),
    index('runs_of_snapshot').on(table.snapshotId),
    index('runs_to_thin')
      .on(table.finishedAtMs)
      .where(sql`${table.thinnedAtMs} is null and ${table.outcome} in ('held', 'halted')`),
  ],
);

export const spans = pgTable(
  'spans',
  {
    spanId: text().primaryKey(),
    runId: text()
      .notNull()
      .references(() => runs.runId, { onDelete: 'cascade' }),
    name: text().$type<NodeName>().notNull(),
    kind: text().$type<NodeKind>().notNull(),
    symbol: text(),
    status: text().$type<Span['status']>().notNull(),
    startedAtMs: milliseconds().notNull(),
    durationMs: doublePrecision(),
    decidedBy: text().$type<DecidedBy>(),
    input: document(),
    output: document(),
    error: document().$type<NodeFailure>(),
  },
  (table) => [index('spans_of_run').on(table.runId, table.startedAtMs)],
);
