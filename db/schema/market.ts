import { bigint, doublePrecision, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { SnapshotRef } from '#domain/market.ts';
import type { Timeframe } from '#domain/time.ts';
import { bytes, document, milliseconds } from './columns.ts';

/** The frozen market of a run. `body` holds the candles (db/snapshot-codec.ts); null when only the name is kept. */
export const snapshots = pgTable('snapshots', {
  snapshotId: text().primaryKey(),
  ref: document().$type<SnapshotRef>().notNull(),
  body: bytes(),
});

/** Where a replay's clock stands; the rule is in db/repositories/market-clock.ts. */
export const marketClock = pgTable('market_clock', {
  key: text().primaryKey(),
  wallMs: milliseconds().notNull(),
  marketMs: milliseconds().notNull(),
  speed: doublePrecision().notNull(),
  touchedWallMs: milliseconds().notNull(),
  touchedMarketMs: milliseconds().notNull(),
});

/** What an address has used of what its venue allows, as the venue last told any process behind it. */
export const venueLoads = pgTable('venue_loads', {
  address: text().primaryKey(),
  usedWeight: integer().notNull(),
  minute: integer().notNull(),
  restsUntilMs: milliseconds().notNull(),
  bannedUntilMs: milliseconds().notNull(),
});

export const candles = pgTable(
  'candles',
  {
    venue: text().notNull(),
    symbol: text().notNull(),
    timeframe: text().$type<Timeframe>().notNull(),
    openAtMs: milliseconds().notNull(),
    open: doublePrecision().notNull(),
    high: doublePrecision().notNull(),
    low: doublePrecision().notNull(),
    close: doublePrecision().notNull(),
    volume: doublePrecision().notNull(),
  },
  (table) => [primaryKey({ columns: [table.venue, table.symbol, table.timeframe, table.openAtMs] })],
);

/**
 * What of a series has been read to the end: a bar that lacks here is one its venue does not have, and is not asked
 * for again. Spans of a series neither touch nor overlap.
 */
export const candleSpans = pgTable(
  'candle_spans',
  {
    venue: text().notNull(),
    symbol: text().notNull(),
    timeframe: text().$type<Timeframe>().notNull(),
    fromMs: milliseconds().notNull(),
    /** The first instant after it. */
    toMs: milliseconds().notNull(),
  },
  (table) => [primaryKey({ columns: [table.venue, table.symbol, table.timeframe, table.fromMs] })],
);

/** What a decision led to, for replay in training. */
export const experiences = pgTable(
  'experiences',
  {
    experienceId: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    runId: text(),
    symbol: text().notNull(),
    state: text().notNull(),
    action: text().notNull(),
    reward: doublePrecision().notNull(),
    nextState: text(),
    atMs: milliseconds().notNull(),
  },
  (table) => [index('experiences_by_time').on(table.atMs)],
);
