import { sql } from 'drizzle-orm';
import {
  bigint,
  doublePrecision,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';
import type { LlmCall } from '#domain/desk-event.ts';
import type { NodeName } from '#domain/run.ts';
import { document, milliseconds, wordVector } from './columns.ts';
import { runs } from './runs.ts';

/** One HTTP attempt at a model. `messageHashes` names its messages in order. */
export const llmCalls = pgTable(
  'llm_calls',
  {
    callId: text().primaryKey(),
    runId: text().notNull(),
    spanId: text().notNull(),
    agent: text().notNull(),
    symbol: text(),
    model: text().notNull(),
    provider: text(),
    attempt: integer().notNull(),
    status: text().$type<LlmCall['status']>().notNull(),
    httpStatus: integer(),
    responseFormat: text(),
    waitedMs: doublePrecision().notNull().default(0),
    startedAtMs: milliseconds().notNull(),
    durationMs: doublePrecision().notNull(),
    inputTokens: integer(),
    outputTokens: integer(),
    cachedInputTokens: integer(),
    reasoningTokens: integer(),
    inputUsdPerMillion: doublePrecision(),
    outputUsdPerMillion: doublePrecision(),
    answerAgeMs: doublePrecision(),
    costUsd: doublePrecision(),
    messageHashes: text().array().notNull(),
    reply: text(),
    error: text(),
    /** How many fields had something to hide before they were stored. */
    hiddenFields: integer().notNull().default(0),
  },
  (table) => [
    index('llm_calls_of_run').on(table.runId, table.startedAtMs),
    index('llm_calls_by_time').on(table.startedAtMs),
    index('llm_calls_messages').using('gin', table.messageHashes),
  ],
);

/** Answers by the content of what was asked: messages, settings, shape and model. */
export const answerCache = pgTable(
  'answer_cache',
  {
    sha256: text().primaryKey(),
    model: text().notNull(),
    reply: text().notNull(),
    /** What the answer cost when it was given; null is unknown. */
    inputTokens: integer(),
    outputTokens: integer(),
    costUsd: doublePrecision(),
    createdAtMs: milliseconds().notNull(),
  },
  (table) => [index('answer_cache_by_age').on(table.createdAtMs)],
);

/** Content-addressed: the same system prompt is stored once. */
export const messages = pgTable(
  'messages',
  {
    sha256: text().primaryKey(),
    role: text().notNull(),
    content: text().notNull(),
    /** Of system prompts alone: thousands of calls share one, and name it by its hash in `run_words`. */
    words: wordVector(),
  },
  (table) => [index('messages_system').on(table.sha256).where(sql`${table.role} = 'system'`)],
);

export const prompts = pgTable('prompts', {
  name: text().primaryKey(),
  createdAtMs: milliseconds().notNull(),
});

/** Immutable: a change is a new version. */
export const promptVersions = pgTable(
  'prompt_versions',
  {
    name: text()
      .notNull()
      .references(() => prompts.name),
    version: integer().notNull(),
    text: text().notNull(),
    config: document().notNull(),
    variables: text().array().notNull(),
    author: text().notNull(),
    message: text().notNull(),
    sha256: text().notNull(),
    createdAtMs: milliseconds().notNull(),
  },
  (table) => [primaryKey({ columns: [table.name, table.version] })],
);

export const promptLabels = pgTable(
  'prompt_labels',
  {
    name: text()
      .notNull()
      .references(() => prompts.name),
    label: text().notNull(),
    version: integer().notNull(),
    movedBy: text(),
    movedAtMs: milliseconds(),
  },
  (table) => [primaryKey({ columns: [table.name, table.label] })],
);

/**
 * What a version did on a recorded question before a label could point at it: `passed` when a model's answer fitted,
 * `not_asked` when it could be rendered and no model answered, `baseline` for the files of a release.
 */
export const promptDryRuns = pgTable(
  'prompt_dry_runs',
  {
    dryRunId: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    name: text().notNull(),
    version: integer().notNull(),
    outcome: text().$type<'passed' | 'not_asked' | 'baseline'>().notNull(),
    /** What was asked of whom and what came of it, without the messages. */
    details: document().notNull(),
    createdAtMs: milliseconds().notNull(),
  },
  (table) => [
    foreignKey({
      columns: [table.name, table.version],
      foreignColumns: [promptVersions.name, promptVersions.version],
    }),
    index('prompt_dry_runs_of_version').on(table.name, table.version),
  ],
);

/** Which versions a run works with, resolved once when it starts. Addressed by its content. */
export const promptSets = pgTable('prompt_sets', {
  promptSetId: text().primaryKey(),
  versions: document().$type<Record<string, number>>().notNull(),
  createdAtMs: milliseconds().notNull(),
});

/** What a version did beside the one that decides: a fork's or a shadow's decisions held against those of its run. */
export const promptTrials = pgTable(
  'prompt_trials',
  {
    runId: text()
      .primaryKey()
      .references(() => runs.runId, { onDelete: 'cascade' }),
    forkOf: text().notNull(),
    kind: text().$type<'fork' | 'shadow'>().notNull(),
    promptSetId: text().notNull(),
    versions: document().$type<Record<string, number>>().notNull(),
    model: text(),
    /** The first node whose outcome differs; null when all agree. */
    firstDifference: text().$type<NodeName>(),
    /** Counts and sums of what was decided, of this run and of the one it is held against. */
    results: document().$type<Record<string, unknown>>().notNull(),
    createdAtMs: milliseconds().notNull(),
  },
  (table) => [
    index('prompt_trials_of_set').on(table.promptSetId),
    index('prompt_trials_of_run').on(table.forkOf),
    index('prompt_trials_unreckoned')
      .on(table.createdAtMs)
      .where(sql`${table.results} -> 'simulated' = 'null'::jsonb`),
  ],
);
