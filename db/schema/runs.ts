import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
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
import { document, milliseconds, wordVector } from './columns.ts';

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
    /** The run decided again, and the node from which on. */
    forkOf: text(),
    forkFrom: text().$type<NodeName>(),
    /** The process that works on it. */
    owner: text(),
    heartbeatAtMs: milliseconds(),
    cancelRequested: boolean().notNull().default(false),
    record: document().$type<CycleRecord>(),
    /** When its trace was thinned (repositories/thin-runs.ts); null while it is whole. */
    thinnedAtMs: milliseconds(),
    /** Agents for whom a model was asked. The other two are known once there is a record (domain/run-facts.ts). */
    askedAgents: text().array().notNull().default([]),
    abstainedAgents: text().array().notNull().default([]),
    denialCodes: text().array().notNull().default([]),
    /** How many fields of its question and its record had something to hide before they were stored. */
    hiddenFields: integer().notNull().default(0),
  },
  (table) => [
    // One cycle at a time for each desk, whatever the queue does (DESIGN §5).
    uniqueIndex('runs_one_live_cycle')
      .on(table.deskId)
      .where(sql`${table.kind} = 'cycle' and ${table.status} in ('queued', 'running')`),
    // Ascending, and read backwards: Drizzle writes a descending one with nulls last, which no newest-first list can use.
    index('runs_newest').on(table.startedAtMs, table.runId),
    index('runs_of_desk').on(table.deskId, table.startedAtMs, table.runId),
    index('runs_live').on(table.status).where(sql`${table.status} in ('queued', 'running')`),
    index('runs_symbols').using('gin', table.symbols),
    index('runs_by_outcome').on(table.outcome, table.startedAtMs, table.runId),
    index('runs_by_status').on(table.status, table.startedAtMs, table.runId),
    index('runs_by_kind').on(table.kind, table.startedAtMs, table.runId),
    index('runs_by_cost').on(table.costUsd),
    index('runs_facts').using('gin', table.askedAgents, table.abstainedAgents, table.denialCodes),
    index('runs_of_snapshot').on(table.snapshotId),
    index('runs_forked').on(table.forkOf).where(sql`${table.forkOf} is not null`),
    index('runs_with_abstentions')
      .on(table.startedAtMs)
      .where(sql`${table.record} #> '{llm,abstentions}' <> '{}'::jsonb`),
    index('runs_to_thin')
      .on(table.finishedAtMs)
      .where(sql`${table.thinnedAtMs} is null and ${table.outcome} in ('held', 'halted')`),
  ],
);

/**
 * What a search finds a run by: a row for each model call with the words of its prompt and answer, and one with an empty
 * call id for the run's own question and reason. Words over two kilobytes lie apart.
 */
export const runWords = pgTable(
  'run_words',
  {
    runId: text()
      .notNull()
      .references(() => runs.runId, { onDelete: 'cascade' }),
    callId: text().notNull(),
    /** The run's. */
    startedAtMs: milliseconds().notNull(),
    words: wordVector().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.callId] }),
    // Every search reads what is pending, so it is kept short.
    index('run_words_found').using('gin', table.words).with({ gin_pending_list_limit: 512 }),
  ],
);

/**
 * Each word of `run_words` once for a day of runs. Kept after its passages are thinned: then a search looks in vain. The
 * migration orders the words by their bytes (collate "C"), which a column here cannot say: beginnings are looked up.
 */
export const wordDays = pgTable(
  'word_days',
  {
    word: text().notNull(),
    /** Of the run's start, in days of UTC since 1970. */
    day: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.word, table.day] })],
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
    /** How many fields had something to hide before they were stored. */
    hiddenFields: integer().notNull().default(0),
  },
  (table) => [index('spans_of_run').on(table.runId, table.startedAtMs)],
);
