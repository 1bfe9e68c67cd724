import { boolean, doublePrecision, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { Backtest, BacktestReport, BacktestStatus } from '#domain/backtest.ts';
import type { ChartBars } from '#domain/chart-bars.ts';
import type { MarketSource } from '#domain/market.ts';
import { document, milliseconds } from './columns.ts';

/** One walk along candles, asked over the API. `report` and `bars` are null until it has finished. */
export const backtests = pgTable(
  'backtests',
  {
    backtestId: text().primaryKey(),
    market: text().notNull(),
    source: document().$type<MarketSource>().notNull(),
    status: text().$type<BacktestStatus>().notNull(),
    strategy: text().notNull(),
    symbols: text().array().notNull(),
    fromMs: milliseconds().notNull(),
    toMs: milliseconds().notNull(),
    createdAtMs: milliseconds().notNull(),
    startedAtMs: milliseconds(),
    finishedAtMs: milliseconds(),
    doneFraction: doublePrecision().notNull().default(0),
    doneToMs: milliseconds(),
    trades: integer().notNull().default(0),
    attempts: integer().notNull().default(0),
    /** The process that walks it, and when it last said so, by the database's clock. */
    owner: text(),
    heartbeatAtMs: milliseconds(),
    cancelRequested: boolean().notNull().default(false),
    error: document().$type<NonNullable<Backtest['error']>>(),
    returnFraction: doublePrecision(),
    holdReturnFraction: doublePrecision(),
    report: document().$type<BacktestReport>(),
    /** What a chart shows of each symbol. */
    bars: document().$type<readonly ChartBars[]>(),
  },
  (table) => [
    index('backtests_newest').on(table.createdAtMs, table.backtestId),
    index('backtests_live').on(table.market, table.status),
  ],
);
