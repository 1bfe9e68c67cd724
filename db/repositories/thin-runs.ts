/**
 * Retention by outcome (DESIGN §4): of a cycle or a shadow that long ago held or was halted and sent nothing, the trace
 * goes: spans, what was said to and by models, the frozen candles. Its row, its record, and what its calls cost stay, so
 * lists and totals do. Cycles that traded, were denied or failed, runs that are open, forks and analyses stay whole. A
 * fork or a shadow keeps no candles of a cycle that is thinned: it can be read, and nothing is decided from it again.
 */
import type { TransactionSql } from 'postgres';
import type { EpochMs } from '#domain/time.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { MESSAGE_LOCK } from './llm-calls.ts';

export interface Thinning {
  readonly finishedBeforeMs: EpochMs;
  readonly atMs: EpochMs;
  /** The most runs of one transaction. */
  readonly limit: number;
}

export function createRunThinner(database: Database) {
  return defineRepository(database, {
    /** Thins the oldest runs that may be; gives how many. Several processes may do so at the same time. */
    thin: ({ finishedBeforeMs, atMs, limit }: Thinning): Promise<number> =>
      database.sql.begin(async (transaction) => {
        const chosen = await transaction<{ runId: string }[]>`
          with old as materialized (
            select run_id from runs
            where thinned_at_ms is null and outcome in ('held', 'halted') and kind in ('cycle', 'shadow') and status = 'finished'
              and finished_at_ms < ${finishedBeforeMs} and orders = 0
              and not exists (select from order_intents where order_intents.run_id = runs.run_id)
            order by finished_at_ms limit ${limit} for update skip locked)
          update runs set thinned_at_ms = ${atMs} from old where runs.run_id = old.run_id
          returning runs.run_id as "runId"`;
        const runIds = chosen.map(({ runId }) => runId);
        if (runIds.length > 0) await dropTraces(transaction, runIds);
        return runIds.length;
      }),
  });
}

async function dropTraces(sql: TransactionSql, runIds: readonly string[]): Promise<void> {
  await sql`delete from spans where run_id in ${sql(runIds)}`;
  await sql`delete from run_words where run_id in ${sql(runIds)} and call_id <> ''`;
  await sql`
    delete from snapshots where snapshot_id in (select snapshot_id from runs where run_id in ${sql(runIds)})
      and not exists (
        select from runs as other
        where other.snapshot_id = snapshots.snapshot_id and other.thinned_at_ms is null
          and other.fork_of is null)`;
  const said = await sql<{ sha256: string }[]>`
    with said as (
      select call_id, message_hashes from llm_calls where run_id in ${sql(runIds)}
    ), forgotten as (
      update llm_calls set message_hashes = '{}', reply = null from said where llm_calls.call_id = said.call_id
    )
    select distinct unnest(message_hashes) as sha256 from said`;
  const hashes = said.map(({ sha256 }) => sha256);
  if (hashes.length === 0) return;
  // Whoever stores a call shares this lock: no message goes between its being found and the call that needs it.
  await sql`select pg_advisory_xact_lock(${MESSAGE_LOCK})`;
  await sql`
    delete from messages where sha256 in ${sql(hashes)}
      and not exists (select from llm_calls where message_hashes @> array[messages.sha256])`;
}
