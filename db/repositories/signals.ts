/** The history of what the indicators said, cycle by cycle. */
import { and, desc, eq, gte, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { PastSignal } from '#domain/past-signal.ts';
import type { CycleRecord } from '#domain/run.ts';
import type { Signal, SignalAction } from '#domain/signal.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database, Queryable } from '../client.ts';
import { type DeskPageRequest, decodeCursor, type Page, pageOf } from '../cursor.ts';
import { defineRepository } from '../repository.ts';
import { signals } from '../schema/signals.ts';
import { rowsText } from './row-text.ts';

export interface SignalFilter extends DeskPageRequest {
  readonly deskIds: readonly string[];
  readonly symbol?: string | undefined;
  readonly actions?: readonly SignalAction[] | undefined;
  /** Market time, from and up to but without. */
  readonly fromMs?: EpochMs | undefined;
  readonly toMs?: EpochMs | undefined;
}

export function createSignalRepository(database: Database) {
  const { orm } = database;

  return defineRepository(database, {
    /** Newest first, by market time. @throws AppError `request_invalid` for a cursor that is not ours */
    async list(filter: SignalFilter): Promise<Page<PastSignal>> {
      const rows = await orm
        .select()
        .from(signals)
        .where(and(...conditionsOf(filter)))
        .orderBy(desc(signals.atMs), desc(signals.signalId))
        .limit(filter.limit + 1);
      return pageOf(rows, filter.limit, (row) => [row.atMs, row.signalId]);
    },
  });
}

export type SignalRepository = ReturnType<typeof createSignalRepository>;

/** Stores the signals of a cycle, in the transaction of its record; an analysis leaves none. */
export async function addSignals(transaction: Queryable, record: CycleRecord): Promise<void> {
  if (record.kind !== 'cycle' || record.signals.length === 0) return;
  const rows = record.signals.map((signal) => rowOf(record, signal));
  await transaction.execute(sql`
    insert into signals select * from jsonb_populate_recordset(null::signals, ${rowsText(rows)}::text::jsonb)
    on conflict do nothing`);
}

function rowOf({ runId, deskId }: CycleRecord, signal: Signal): PastSignal {
  const { symbol, action, score, confidenceFraction, lastQuote, atMs, readings, spikes, regime } = signal;
  return {
    ...{ deskId, runId, symbol, action, score, confidenceFraction, lastQuote, atMs },
    signalId: `${runId}:${symbol}`,
    points: Object.fromEntries(readings.map(({ rule, points }) => [rule, points])),
    spikes: spikes.length,
    trend: regime.trend,
    volatility: regime.volatility,
  };
}

function conditionsOf({ deskIds, symbol, actions, fromMs, toMs, cursor }: SignalFilter): SQL[] {
  const conditions: (SQL | undefined)[] = [
    inArray(signals.deskId, [...deskIds]),
    symbol === undefined ? undefined : eq(signals.symbol, symbol),
    actions === undefined ? undefined : inArray(signals.action, [...actions]),
    fromMs === undefined ? undefined : gte(signals.atMs, fromMs),
    toMs === undefined ? undefined : lt(signals.atMs, toMs),
  ];
  if (cursor) {
    const [beforeMs, beforeId] = decodeCursor(cursor);
    conditions.push(sql`(${signals.atMs}, ${signals.signalId}) < (${beforeMs}, ${beforeId})`);
  }
  return conditions.filter((condition) => condition !== undefined);
}
