import { bigint, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { QTableFacts } from '#domain/q-table.ts';
import { bytes, document, milliseconds } from './columns.ts';

/** Trained tables. A version never changes, and the same content is one version. */
export const qTables = pgTable('q_tables', {
  version: integer().primaryKey(),
  /** What advice and records call it. */
  tableId: text().notNull().unique('q_tables_table_id_unique'),
  /** SHA-256 of the table with its facts. */
  hash: text().notNull().unique(),
  origin: text().$type<'trained' | 'imported'>().notNull(),
  facts: document().$type<QTableFacts>().notNull(),
  /** As server/qtables wrote it. */
  body: bytes().notNull(),
  createdAtMs: milliseconds().notNull(),
});

/**
 * Which version decided from when on, and who put it there. The newest row says what holds; null is no table. A rollback
 * undoes the newest promotion that is not undone yet.
 */
export const qTablePromotions = pgTable(
  'q_table_promotions',
  {
    promotionId: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text().$type<'promote' | 'rollback'>().notNull(),
    fromVersion: integer().references(() => qTables.version),
    toVersion: integer().references(() => qTables.version),
    actor: text().notNull(),
    reason: text().notNull(),
    atMs: milliseconds().notNull(),
  },
  (table) => [index('q_table_promotions_by_time').on(table.atMs)],
);
