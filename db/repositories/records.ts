/** The end of a run that has a record: `RecordStore` of the graphs. */
import { and, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { AppError } from '#domain/errors.ts';
import type { CycleRecord } from '#domain/run.ts';
import { factsOf } from '#domain/run-facts.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { equitySnapshots } from '../schema/books.ts';
import { runs } from '../schema/runs.ts';
import { hideSecrets } from '../stored-secrets.ts';
import { withdrawQuestionOf } from './approvals.ts';
import { createCallWords, isWordless, keepMissingWords } from './call-words.ts';
import { keepOwnWords } from './run-words.ts';
import { addSignals } from './signals.ts';

export function createRecordRepository(database: Database, callWords = createCallWords(database)) {
  const { orm } = database;

  return defineRepository(database, {
    /**
     * Stores the record, ends the run and adds its point to the equity curve in one transaction. A run that has its
     * record keeps the first one; a cancelled run keeps its status.
     * @throws AppError `not_found` for a run that was never started
     */
    async save(told: CycleRecord): Promise<void> {
      await callWords.kept();
      await orm.transaction(async (transaction) => {
        const { value: record, hidden } = hideSecrets(told);
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
            hiddenFields: sql`${runs.hiddenFields} + ${hidden}`,
            ...factsOf(record),
          })
          .where(and(eq(runs.runId, record.runId), isNull(runs.record)))
          .returning({ startedAtMs: runs.startedAtMs, question: runs.question, isWordless });
        const [run] = saved;
        if (run?.isWordless)
          await keepMissingWords(transaction, { runId: record.runId, startedAtMs: run.startedAtMs });
        // Any other end comes after the answer.
        if (run !== undefined && record.outcome === 'failed')
          await withdrawQuestionOf(transaction, record.runId, record.reason);
        if (run !== undefined) {
          // On the transaction's one connection, without a pause for each answer.
          await Promise.all([
            keepOwnWords(transaction, [{ runId: record.runId, reason: record.reason, ...run }]),
            addSignals(transaction, record),
            addEquityPoint(transaction, record),
          ]);
          return;
        }
        const [kept] = await transaction
          .select({ runId: runs.runId })
          .from(runs)
          .where(eq(runs.runId, record.runId));
        if (kept === undefined)
          throw new AppError(
            'not_found',
            `run ${record.runId} was never started, so its record has no place`,
          );
      });
    },

    /** Of the desk's newest cycle that saw a market; null before there is one. */
    async newest(deskId: string): Promise<CycleRecord | null> {
      const [row] = await orm
        .select({ record: runs.record })
        .from(runs)
        .where(
          and(
            eq(runs.deskId, deskId),
            eq(runs.kind, 'cycle'),
            isNotNull(runs.record),
            isNotNull(runs.marketAsOfMs),
          ),
        )
        .orderBy(desc(runs.startedAtMs))
        .limit(1);
      return row?.record ?? null;
    },
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
