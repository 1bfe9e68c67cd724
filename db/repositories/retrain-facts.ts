import { RETRAIN_TRADES, type RetrainFacts } from '#domain/retraining.ts';
import { DAY_MS } from '#domain/time.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';

/** What is recorded of a desk that speaks for training a new Q-table, in one statement. */
export function createRetrainFacts(database: Database) {
  const { sql } = database;

  return defineRepository(database, {
    /** Null for a desk without a signal. A version that knows later bars than the desk has seen is none of its market. */
    async of(deskId: string): Promise<RetrainFacts | null> {
      const [row] = await sql<{ facts: RetrainFacts }[]>`
        with own as materialized (select symbol, trend, at_ms from signals where desk_id = ${deskId}),
        now as (select max(at_ms) as at_ms from own),
        known as (
          select version, (facts ->> 'toMs')::bigint as to_ms from q_tables, now
          where (facts ->> 'toMs')::bigint <= now.at_ms
          order by to_ms desc, version desc limit 1
        ),
        newest as (
          select net_quote from trades
          where desk_id = ${deskId} and closed_at_ms > (select to_ms from known)
          order by closed_at_ms desc, trade_id desc limit ${RETRAIN_TRADES}
        ),
        bitcoin as (select trend, at_ms from own where symbol like 'BTC/%'),
        today as (select distinct trend from bitcoin, now where bitcoin.at_ms > now.at_ms - ${DAY_MS}::bigint)
        select json_build_object(
          'nowMs', now.at_ms,
          'symbols', (
            select json_agg(distinct symbol order by symbol) from own, now where own.at_ms > now.at_ms - ${DAY_MS}::bigint
          ),
          'version', (select version from known),
          'knownToMs', (select to_ms from known),
          'signals', (select count(*) from own where at_ms > coalesce((select to_ms from known), -1)),
          'trades', (select count(*) from newest),
          'won', (select count(*) from newest where net_quote > 0),
          'trendThen', (
            select trend from bitcoin where at_ms <= (select to_ms from known) order by at_ms desc limit 1
          ),
          'trendNow', (
            select min(trend) from today
            having count(*) = 1 and exists (
              select 1 from bitcoin, now where bitcoin.at_ms <= now.at_ms - ${DAY_MS}::bigint
            )
          )
        ) as facts
        from now where now.at_ms is not null`;
      return row?.facts ?? null;
    },
  });
}
