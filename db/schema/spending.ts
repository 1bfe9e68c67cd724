import { sql } from 'drizzle-orm';
import { check, doublePrecision, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { milliseconds } from './columns.ts';

/** What calls under way may still cost, and what calls whose cost nobody told are taken to have cost. */
export const spendingReservations = pgTable(
  'spending_reservations',
  {
    reservationId: text().primaryKey(),
    runId: text().notNull(),
    usd: doublePrecision().notNull(),
    createdAtMs: milliseconds().notNull(),
    /** From then on it counts no more: whoever made it has died, or its day is over. */
    untilMs: milliseconds().notNull(),
  },
  (table) => [
    index('spending_reservations_by_end').on(table.untilMs),
    index('spending_reservations_of_run').on(table.runId),
  ],
);

/** What a person switched every process to; no row where the environment's own mode holds. */
export const spendingSwitch = pgTable(
  'spending_switch',
  {
    switchId: integer().primaryKey(),
    mode: text().$type<'premium' | 'saving' | 'free'>().notNull(),
    setBy: text().notNull(),
    atMs: milliseconds().notNull(),
  },
  (table) => [check('spending_switch_one_row', sql`${table.switchId} = 1`)],
);
