import { sql } from 'drizzle-orm';
import { bigint, bigserial, boolean, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { ApprovalAnswer, ApprovalItem, ApprovalStatus } from '#domain/approval.ts';
import type { AuditOrigin } from '#domain/audit.ts';
import type { DeskEvent } from '#domain/desk-event.ts';
import type { BreakerLevel, BreakerReason, HaltEnd, TradingMode } from '#domain/trading-state.ts';
import type { TripMarket } from '#domain/trip-market.ts';
import { document, milliseconds } from './columns.ts';

export const desks = pgTable('desks', {
  deskId: text().primaryKey(),
  name: text().notNull(),
  symbols: text().array().notNull(),
  intervalMs: milliseconds().notNull(),
  paused: boolean().notNull().default(false),
  cyclesRun: integer().notNull().default(0),
  ticksSkipped: integer().notNull().default(0),
  createdAtMs: milliseconds().notNull(),
});

/** May a desk trade, and how grave is the market. What rows with a `*` mean is in db/repositories/trading-state.ts. */
export const tradingState = pgTable('trading_state', {
  deskId: text().primaryKey(),
  mode: text().$type<TradingMode>().notNull(),
  reason: text().notNull(),
  setBy: text().notNull(),
  sinceMs: milliseconds().notNull(),
  /** Who ends the halt that stands. */
  endsBy: text().$type<HaltEnd>().notNull().default('person'),
  /** What the halt that stands began from, and its recovery goes back to. */
  resumesAs: text().$type<TradingMode>().notNull().default('active'),
  overriddenAtMs: milliseconds(),
  /** As the last cycle has assessed it. */
  level: text().$type<BreakerLevel>().notNull().default('clear'),
  levelReasons: document().$type<readonly BreakerReason[]>().notNull().default([]),
  levelAtMs: milliseconds(),
  /** As the guard sees the market between cycles. */
  watchLevel: text().$type<BreakerLevel>().notNull().default('clear'),
  watchReasons: document().$type<readonly BreakerReason[]>().notNull().default([]),
  watchAtMs: milliseconds(),
  /** Since when a side has been at risk; kept when none is any more, so that an hour's wavering is one occasion. */
  atRiskSinceMs: milliseconds(),
  atRiskUntilMs: milliseconds(),
});

export const breakerEvents = pgTable(
  'breaker_events',
  {
    eventId: bigserial({ mode: 'number' }).primaryKey(),
    deskId: text().notNull(),
    runId: text(),
    level: text().$type<BreakerLevel>().notNull(),
    reasons: document().$type<readonly BreakerReason[]>().notNull(),
    actions: document()
      .$type<readonly { readonly name: string; readonly atMs: number; readonly detail: string }[]>()
      .notNull(),
    symbols: text().array().notNull(),
    atMs: milliseconds().notNull(),
    /** Names the frozen candles; null where nothing was frozen. */
    snapshotId: text(),
    market: document().$type<readonly TripMarket[]>().notNull().default([]),
  },
  (table) => [index('breaker_events_of_desk').on(table.deskId, table.eventId)],
);

/** Who changed what; written in the transaction of the change. Wall time of the database. */
export const auditLog = pgTable(
  'audit_log',
  {
    auditId: bigserial({ mode: 'number' }).primaryKey(),
    atMs: bigint({ mode: 'number' })
      .notNull()
      .default(sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`),
    actor: text().notNull(),
    action: text().notNull(),
    /** What was changed, such as `desk:default` or `prompt:scanner`. */
    subject: text().notNull(),
    details: document().notNull(),
    /** From where, for what a person did over HTTP. */
    origin: document().$type<AuditOrigin | null>(),
  },
  (table) => [
    index('audit_log_of_subject').on(table.subject, table.auditId),
    index('audit_log_of_action').on(table.action, table.auditId),
    index('audit_log_of_actor').on(table.actor, table.auditId),
    index('audit_log_armings').on(table.subject).where(sql`${table.action} = 'trading.arm'`),
  ],
);

/** What the live pages hear. Ids become visible in their order. */
export const deskEvents = pgTable(
  'desk_events',
  {
    id: bigserial({ mode: 'number' }).primaryKey(),
    type: text().$type<DeskEvent['type']>().notNull(),
    runId: text(),
    deskId: text(),
    atMs: milliseconds().notNull(),
    payload: document(),
    /** How many fields had something to hide before they were stored. */
    hiddenFields: integer().notNull().default(0),
  },
  (table) => [
    index('desk_events_of_run').on(table.runId, table.id),
    index('desk_events_by_time').on(table.atMs),
    index('desk_events_of_type').on(table.type, table.id),
  ],
);

export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    key: text().primaryKey(),
    requestHash: text().notNull(),
    /** Null while the first request is still being answered. */
    status: integer(),
    body: document(),
    claimedAtMs: milliseconds().notNull(),
  },
  (table) => [index('idempotency_keys_by_time').on(table.claimedAtMs)],
);

/** What a person was asked before it was placed, and what was answered. One row for each run that had to ask. */
export const approvals = pgTable(
  'approvals',
  {
    approvalId: text().primaryKey(),
    runId: text().notNull(),
    deskId: text().notNull(),
    status: text().$type<ApprovalStatus>().notNull(),
    /** What is to be placed. */
    asked: document().$type<readonly ApprovalItem[]>().notNull(),
    /** Null until somebody has answered. */
    answers: document().$type<readonly ApprovalAnswer[] | null>(),
    askedAtMs: milliseconds().notNull(),
    deadlineAtMs: milliseconds().notNull(),
    answeredAtMs: milliseconds(),
    answeredBy: text(),
    reason: text(),
  },
  (table) => [
    index('approvals_of_run').on(table.runId),
    index('approvals_pending').on(table.deskId).where(sql`${table.status} = 'pending'`),
  ],
);
