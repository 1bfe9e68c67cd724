import { bigserial, pgTable, text } from 'drizzle-orm/pg-core';
import type { LogLevel } from '#domain/log-line.ts';
import { document, milliseconds } from './columns.ts';

/** The newest lines of every process's log, for the pages; bounded by count. The log itself is what a process writes out. */
export const logLines = pgTable('log_lines', {
  id: bigserial({ mode: 'number' }).primaryKey(),
  atMs: milliseconds().notNull(),
  level: text().$type<LogLevel>().notNull(),
  role: text().notNull(),
  process: text().notNull(),
  message: text().notNull(),
  runId: text(),
  fields: document().$type<Record<string, unknown>>().notNull(),
});
