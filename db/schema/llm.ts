import { doublePrecision, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { LlmCall } from '#domain/desk-event.ts';
import { document, milliseconds } from './columns.ts';

/** One HTTP attempt at a model. `messageHashes` names its messages in order. */
export const llmCalls = pgTable(
  'llm_calls',
  {
    callId: text().primaryKey(),
    runId: text().notNull(),
    spanId: text().notNull(),
    agent: text().notNull(),
    model: text().notNull(),
    attempt: integer().notNull(),
    status: text().$type<LlmCall['status']>().notNull(),
    httpStatus: integer(),
    startedAtMs: milliseconds().notNull(),
    durationMs: doublePrecision().notNull(),
    inputTokens: integer(),
    outputTokens: integer(),
    costUsd: doublePrecision(),
    messageHashes: text().array().notNull(),
    reply: text(),
    error: text(),
  },
  (table) => [
    index('llm_calls_of_run').on(table.runId, table.startedAtMs),
    index('llm_calls_by_time').on(table.startedAtMs),
    index('llm_calls_messages').using('gin', table.messageHashes),
  ],
);

/** Content-addressed: the same system prompt is stored once. */
export const messages = pgTable('messages', {
  sha256: text().primaryKey(),
  role: text().notNull(),
  content: text().notNull(),
});

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
  },
  (table) => [primaryKey({ columns: [table.name, table.label] })],
);

/** Which versions a run works with, resolved once when it starts. Addressed by its content. */
export const promptSets = pgTable('prompt_sets', {
  promptSetId: text().primaryKey(),
  versions: document().$type<Record<string, number>>().notNull(),
  createdAtMs: milliseconds().notNull(),
});
