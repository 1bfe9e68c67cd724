/** The end of a run that has a record: `RecordStore` of the graphs. */
import { and, eq, isNull, sql } from 'drizzle-orm';
import { AppError } from '#domain/errors.ts';
import type { CycleRecord } from '#domain/run.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { equitySnapshots } from '../schema/books.ts';
import { runs } from '../schema/runs.ts';

export function createRecordRepository(database: Database) {
  const { orm } = database;

  return defineRepository(database, {
    /**
     * Stores the record, ends the run and adds its point to the equity curve in one transaction. A run that has its
     * record keeps the first one; a cancelled run keeps its status.
     * @throws AppError `not_found` for a run that was never started
     */
    save: (record: CycleRecord): Promise<void> =>
      orm.transaction(async (transaction) => {
        const ended = record.outcome === 'failed' ? 'failed' : 'finished';
        const saved = await transaction
          .update(runs)
          .set({
            record,
            status: sql`case when ${runs.status} = 'cancelled' then 'cancelled' else ${ended} end`,
            outcome: record.outcome,
            reason: record.reason,
            level: record.level,
            finishedAtMs: record.finishedAtMs,
            marketAsOfMs: record.market?.asOfMs ?? null,
            snapshotId: record.market?.snapshotId ?? null,
            orders: record.orders.length,
            costUsd: record.llm.costUsd,
          })
          .where(and(eq(runs.runId, record.runId), isNull(runs.record)))
          .returning({ runId: runs.runId });
        if (saved.length === 1) return addEquityPoint(transaction, record);
        const [run] = await transaction
          .select({ runId: runs.runId })
          .from(runs)
          .where(eq(runs.runId, record.runId));
        if (run === undefined)
          throw new AppError(
            'not_found',
            `run ${record.runId} was never started, so its record has no place`,
          );
      }),
  });
}

export type RecordRepository = ReturnType<typeof createRecordRepository>;

async function addEquityPoint(
  transaction: Pick<Database['orm'], 'insert'>,
  record: CycleRecord,
): Promise<void> {
  const account = record.account.after ?? record.account.before;
  if (record.kind !== 'cycle' || account === null) return;
  const point = {
    runId: record.runId,
    equityQuote: account.equityQuote,
    balanceQuote: account.balanceQuote,
  };
  await transaction
    .insert(equitySnapshots)
    .values({ deskId: record.deskId, atMs: account.asOfMs, ...point })
    .onConflictDoUpdate({ target: [equitySnapshots.deskId, equitySnapshots.atMs], set: point });
}
