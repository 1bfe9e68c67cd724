/** What a lineage is put together from: trades and runs, and the rows that name them. */
import { and, asc, eq, gte, inArray, lte, sql } from 'drizzle-orm';
import type { Trade } from '#domain/account.ts';
import type { OrderIntent } from '#domain/intent.ts';
import type { Order } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database, Queryable } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { positions } from '../schema/books.ts';
import { llmCalls, promptSets } from '../schema/llm.ts';
import { snapshots } from '../schema/market.ts';
import { fills, orderIntents, orders, trades } from '../schema/orders.ts';
import { runs, spans } from '../schema/runs.ts';
import { intentOf } from './order-intents.ts';
import { tripActivity } from './trip-activity.ts';

/** Where a trade is looked for: a symbol of a desk, and the closed trade where it is one. */
export interface TradePlace {
  readonly deskId: string;
  readonly symbol: MarketSymbol;
  /** The fill that began it; null where only its open position is named. */
  readonly tradeId: string | null;
  /** Null while it is open. */
  readonly trade: Trade | null;
}

export interface TripWindow {
  readonly deskId: string;
  readonly symbol: MarketSymbol;
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

export function createLineageRepository(database: Database) {
  const { orm } = database;
  return defineRepository(database, {
    /** Trades and open positions of this id: more than one only where several of the desks have it. */
    async places(id: string, deskIds: readonly string[]): Promise<TradePlace[]> {
      const desks = [...deskIds];
      const closed = await orm
        .select()
        .from(trades)
        .where(and(inArray(trades.deskId, desks), eq(trades.tradeId, id)));
      if (closed.length > 0) return closed.map(placeOfTrade);
      const held = await orm
        .select({ deskId: positions.deskId, symbol: positions.symbol })
        .from(positions)
        .where(and(inArray(positions.deskId, desks), eq(positions.positionId, id)));
      if (held.length > 0) return held.map((place) => ({ ...place, tradeId: null, trade: null }));
      const begun = await orm
        .select({ deskId: fills.deskId, symbol: fills.symbol })
        .from(fills)
        .where(and(inArray(fills.deskId, desks), eq(fills.fillId, id)));
      return begun.map((place) => ({ ...place, tradeId: id, trade: null }));
    },

    /** Trades that closed from then on, oldest first. */
    async closedSince(
      { deskId, symbol, sinceMs }: { deskId: string; symbol: MarketSymbol; sinceMs: EpochMs },
      limit: number,
    ): Promise<TradePlace[]> {
      const rows = await orm
        .select()
        .from(trades)
        .where(and(eq(trades.deskId, deskId), eq(trades.symbol, symbol), gte(trades.closedAtMs, sinceMs)))
        .orderBy(asc(trades.closedAtMs), asc(trades.openedAtMs))
        .limit(limit);
      return rows.map(placeOfTrade);
    },

    activity: (deskId: string, symbol: MarketSymbol, closedSinceMs: EpochMs, untilMs: EpochMs | null) =>
      tripActivity(orm, deskId, symbol, closedSinceMs, untilMs),

    intentsOfOrders: (clientOrderIds: readonly string[]): Promise<OrderIntent[]> =>
      intentsWhere(orm, inArray(orderIntents.clientOrderId, [...clientOrderIds])),

    intentsOfRuns: (runIds: readonly string[]): Promise<OrderIntent[]> =>
      intentsWhere(orm, inArray(orderIntents.runId, [...runIds])),

    /** Stops and targets that were written down in this time. */
    protectiveIntents: ({ deskId, symbol, fromMs, toMs }: TripWindow): Promise<OrderIntent[]> =>
      intentsWhere(
        orm,
        and(
          eq(orderIntents.deskId, deskId),
          gte(orderIntents.createdAtMs, fromMs),
          lte(orderIntents.createdAtMs, toMs),
          sql`${orderIntents.request} ->> 'symbol' = ${symbol}`,
          sql`${orderIntents.request} ->> 'purpose' in ('stop', 'target')`,
        ),
      ),

    async orders(deskId: string, clientOrderIds: readonly string[]): Promise<Order[]> {
      if (clientOrderIds.length === 0) return [];
      const rows = await orm
        .select()
        .from(orders)
        .where(and(eq(orders.deskId, deskId), inArray(orders.clientOrderId, [...clientOrderIds])));
      return rows.map(({ deskId: _desk, ...order }) => order);
    },

    sources: (runIds: readonly string[]) => sourcesOf(orm, runIds),
  });
}

function placeOfTrade({ deskId, ...trade }: typeof trades.$inferSelect): TradePlace {
  return { deskId, symbol: trade.symbol, tradeId: trade.tradeId, trade };
}

async function intentsWhere(orm: Queryable, condition: ReturnType<typeof and>): Promise<OrderIntent[]> {
  const rows = await orm.select().from(orderIntents).where(condition).orderBy(asc(orderIntents.sequence));
  return rows.map(intentOf);
}

/** Runs with their records and the keys of their traces: no body, no word of a model. */
async function sourcesOf(orm: Queryable, runIds: readonly string[]) {
  if (runIds.length === 0) return [];
  const ids = [...runIds];
  const { runId, name, symbol, spanId, startedAtMs } = spans;
  const [runRows, spanRows, callRows] = await Promise.all([
    orm
      .select({
        runId: runs.runId,
        kind: runs.kind,
        status: runs.status,
        record: runs.record,
        thinnedAtMs: runs.thinnedAtMs,
        promptVersions: promptSets.versions,
        keptSnapshotId: snapshots.snapshotId,
      })
      .from(runs)
      .leftJoin(promptSets, eq(promptSets.promptSetId, runs.promptSetId))
      .leftJoin(snapshots, eq(snapshots.snapshotId, runs.snapshotId))
      .where(inArray(runs.runId, ids)),
    orm
      .select({ runId, name, symbol, spanId })
      .from(spans)
      .where(inArray(runId, ids))
      .orderBy(asc(startedAtMs), asc(spanId)),
    orm
      .select({
        ...{ runId: llmCalls.runId, callId: llmCalls.callId, spanId: llmCalls.spanId },
        ...{ agent: llmCalls.agent, symbol: llmCalls.symbol, model: llmCalls.model },
        ...{ attempt: llmCalls.attempt, status: llmCalls.status, costUsd: llmCalls.costUsd },
        ...{ inputTokens: llmCalls.inputTokens, outputTokens: llmCalls.outputTokens },
      })
      .from(llmCalls)
      .where(inArray(llmCalls.runId, ids))
      .orderBy(asc(llmCalls.startedAtMs), asc(llmCalls.attempt)),
  ]);
  return runRows.map(({ keptSnapshotId, record, ...run }) => ({
    ...run,
    // Records of versions that kept no reasons for what they did not propose have none.
    record: record === null ? null : { ...record, withheld: record.withheld ?? [] },
    hasCandles: keptSnapshotId !== null,
    spans: spanRows.filter((row) => row.runId === run.runId).map(withoutRun),
    calls: callRows.filter((row) => row.runId === run.runId).map(withoutRun),
  }));
}

function withoutRun<Row extends { readonly runId: string }>({
  runId: _run,
  ...rest
}: Row): Omit<Row, 'runId'> {
  return rest;
}
