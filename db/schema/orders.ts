import { sql } from 'drizzle-orm';
import {
  bigserial,
  boolean,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';
import type { PositionSide, Trade } from '#domain/account.ts';
import type { IntentStatus } from '#domain/intent.ts';
import type {
  Fill,
  OrderPurpose,
  OrderRequest,
  OrderSide,
  OrderStatus,
  OrderType,
  TimeInForce,
} from '#domain/order.ts';
import type { TradeProposal } from '#domain/proposal.ts';
import type { WorkingEntry } from '#domain/working-entry.ts';
import { document, milliseconds, money } from './columns.ts';

/** Committed before the order is sent (DESIGN §3, rule 1). */
export const orderIntents = pgTable(
  'order_intents',
  {
    intentId: text().primaryKey(),
    clientOrderId: text().notNull().unique(),
    runId: text().notNull(),
    deskId: text().notNull(),
    proposalId: text(),
    status: text().$type<IntentStatus>().notNull(),
    request: document().$type<OrderRequest>().notNull(),
    reason: text(),
    createdAtMs: milliseconds().notNull(),
    updatedAtMs: milliseconds().notNull(),
    /** The order of planning, which is the order of sending. */
    sequence: bigserial({ mode: 'number' }).notNull(),
  },
  (table) => [
    index('order_intents_of_run').on(table.runId, table.sequence),
    index('order_intents_of_desk').on(table.deskId, table.status),
    index('order_intents_protective')
      .on(table.deskId, sql`(${table.request} ->> 'symbol')`, table.createdAtMs)
      .where(sql`${table.request} ->> 'purpose' in ('stop', 'target')`),
  ],
);

/** Entries that go out over time; open while `ended_at_ms` is null. */
export const workingEntries = pgTable(
  'working_entries',
  {
    entryId: text().primaryKey(),
    deskId: text().notNull(),
    runId: text().notNull(),
    proposal: document().$type<TradeProposal>().notNull(),
    style: text().$type<WorkingEntry['style']>().notNull(),
    quantityBase: money().notNull(),
    slices: integer().notNull(),
    startedAtMs: milliseconds().notNull(),
    deadlineAtMs: milliseconds().notNull(),
    endedAtMs: milliseconds(),
    endReason: text(),
  },
  (table) => [index('working_entries_open').on(table.deskId).where(sql`${table.endedAtMs} is null`)],
);

/** Orders as the venue last told them. */
export const orders = pgTable(
  'orders',
  {
    deskId: text().notNull(),
    clientOrderId: text().notNull(),
    venueOrderId: text().notNull(),
    symbol: text().notNull(),
    side: text().$type<OrderSide>().notNull(),
    type: text().$type<OrderType>().notNull(),
    purpose: text().$type<OrderPurpose>().notNull(),
    status: text().$type<OrderStatus>().notNull(),
    quantityBase: money().notNull(),
    filledBase: money().notNull(),
    priceQuote: money(),
    triggerPriceQuote: money(),
    averagePriceQuote: money(),
    feesQuote: money(),
    reduceOnly: boolean().notNull(),
    timeInForce: text().$type<TimeInForce>().notNull(),
    leverage: doublePrecision().notNull(),
    createdAtMs: milliseconds().notNull(),
    updatedAtMs: milliseconds().notNull(),
    reason: text(),
  },
  (table) => [
    primaryKey({ columns: [table.deskId, table.clientOrderId] }),
    index('orders_newest').on(table.createdAtMs.desc(), table.clientOrderId.desc()),
    index('orders_standing')
      .on(table.deskId)
      .where(sql`${table.status} not in ('filled', 'cancelled', 'rejected')`),
  ],
);

export const fills = pgTable(
  'fills',
  {
    deskId: text().notNull(),
    fillId: text().notNull(),
    clientOrderId: text().notNull(),
    venueOrderId: text().notNull(),
    symbol: text().notNull(),
    side: text().$type<OrderSide>().notNull(),
    purpose: text().$type<Fill['purpose']>().notNull(),
    quantityBase: money().notNull(),
    priceQuote: money().notNull(),
    feeQuote: money().notNull(),
    liquidity: text().$type<Fill['liquidity']>().notNull(),
    realisedQuote: money().notNull(),
    atMs: milliseconds().notNull(),
    sequence: bigserial({ mode: 'number' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.deskId, table.fillId] }),
    index('fills_of_desk').on(table.deskId, table.atMs, table.sequence),
    index('fills_of_symbol').on(table.deskId, table.symbol, table.sequence),
  ],
);

export const fundings = pgTable(
  'fundings',
  {
    deskId: text().notNull(),
    paymentId: text().notNull(),
    symbol: text().notNull(),
    amountQuote: money().notNull(),
    rateFraction: doublePrecision().notNull(),
    notionalQuote: money().notNull(),
    atMs: milliseconds().notNull(),
    sequence: bigserial({ mode: 'number' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.deskId, table.paymentId] }),
    index('fundings_of_symbol').on(table.deskId, table.symbol, table.atMs, table.sequence),
  ],
);

/** Closed round trips. */
export const trades = pgTable(
  'trades',
  {
    deskId: text().notNull(),
    tradeId: text().notNull(),
    positionId: text().notNull(),
    symbol: text().notNull(),
    side: text().$type<PositionSide>().notNull(),
    quantityBase: money().notNull(),
    entryPriceQuote: money().notNull(),
    exitPriceQuote: money().notNull(),
    leverage: doublePrecision().notNull(),
    grossQuote: money().notNull(),
    feesQuote: money().notNull(),
    fundingQuote: money().notNull(),
    netQuote: money().notNull(),
    openedAtMs: milliseconds().notNull(),
    closedAtMs: milliseconds().notNull(),
    exitReason: text().$type<Trade['exitReason']>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.deskId, table.tradeId] }),
    index('trades_of_symbol').on(table.deskId, table.symbol, table.closedAtMs),
    index('trades_newest').on(table.closedAtMs.desc(), table.tradeId.desc()),
  ],
);
