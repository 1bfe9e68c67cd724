import { doublePrecision, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { PastSignal } from '#domain/past-signal.ts';
import { document, milliseconds } from './columns.ts';
import { runs } from './runs.ts';

/** What the indicators said of each symbol in each cycle: the line of a history, whose evidence is in the run's record. */
export const signals = pgTable(
  'signals',
  {
    signalId: text().primaryKey(),
    deskId: text().notNull(),
    runId: text()
      .notNull()
      .references(() => runs.runId, { onDelete: 'cascade' }),
    symbol: text().notNull(),
    action: text().$type<PastSignal['action']>().notNull(),
    score: integer().notNull(),
    confidenceFraction: doublePrecision().notNull(),
    points: document().$type<PastSignal['points']>().notNull(),
    spikes: integer().notNull(),
    trend: text().$type<PastSignal['trend']>().notNull(),
    volatility: text().$type<PastSignal['volatility']>().notNull(),
    lastQuote: doublePrecision().notNull(),
    /** Market time. */
    atMs: milliseconds().notNull(),
  },
  (table) => [
    // Read backwards: an index that descends would sort its nulls otherwise than the list asks, and not serve it.
    index('signals_of_desk').on(table.deskId, table.atMs, table.signalId),
    index('signals_of_symbol').on(table.deskId, table.symbol, table.atMs, table.signalId),
    index('signals_of_run').on(table.runId),
  ],
);
