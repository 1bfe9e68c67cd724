import { doublePrecision, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { PositionSide } from '#domain/account.ts';
import { document, milliseconds, money } from './columns.ts';

/** The open positions of the last reconciled view. */
export const positions = pgTable(
  'positions',
  {
    deskId: text().notNull(),
    positionId: text().notNull(),
    symbol: text().notNull(),
    side: text().$type<PositionSide>().notNull(),
    quantityBase: money().notNull(),
    entryPriceQuote: money().notNull(),
    markPriceQuote: money().notNull(),
    leverage: doublePrecision().notNull(),
    marginQuote: money().notNull(),
    liquidationPriceQuote: money(),
    unrealisedQuote: money().notNull(),
    feesQuote: money().notNull(),
    fundingQuote: money().notNull(),
    openedAtMs: milliseconds().notNull(),
  },
  (table) => [primaryKey({ columns: [table.deskId, table.positionId] })],
);

/** The latest account of a desk, and where reading the venue's activity goes on. */
export const accounts = pgTable('accounts', {
  deskId: text().primaryKey(),
  quote: text().notNull(),
  balanceQuote: money().notNull(),
  unrealisedQuote: money().notNull(),
  equityQuote: money().notNull(),
  marginUsedQuote: money().notNull(),
  availableQuote: money().notNull(),
  asOfMs: milliseconds().notNull(),
  activityCursor: text(),
});

/** The equity curve, at market time: a point for each cycle, and what the guard has seen of note in between. */
export const equitySnapshots = pgTable(
  'equity_snapshots',
  {
    deskId: text().notNull(),
    atMs: milliseconds().notNull(),
    runId: text(),
    equityQuote: money().notNull(),
    balanceQuote: money().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.deskId, table.atMs] }),
    index('equity_snapshots_by_time').on(table.atMs),
    index('equity_snapshots_peak').on(table.deskId, table.equityQuote),
  ],
);

/** The books of the paper venue: as far from our own order records as a real venue's. */
export const paperBooks = pgTable('paper_books', { accountId: text().primaryKey(), books: document() });
