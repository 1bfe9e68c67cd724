import type { PastTrading } from '#domain/feedback.ts';
import { DAY_MS, type EpochMs } from '#domain/time.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';

/** How far back feedback looks. */
const CYCLES = 20;
/** Where fewer trades were closed in the time of those cycles, the newest before it fill them up to these. */
const LEAST_TRADES = 20;
const MOST_TRADES = 200;
/** Readings of the account are looked at over these days. */
const EQUITY_DAYS = 30;

/**
 * What a desk decided in its last cycles and what it traded, as feedback is made of it, in one statement. Only what lay
 * before `atMs` of the market: a run that is decided again sees no trade of its own, and none after it.
 */
export function createPastTrading(database: Database) {
  const { sql } = database;

  return defineRepository(database, {
    async of(deskId: string, atMs: EpochMs): Promise<PastTrading> {
      const [past] = await sql<PastTrading[]>`
        with cycles as materialized (
          select market_as_of_ms as as_of_ms, record
          from runs
          where desk_id = ${deskId} and kind = 'cycle' and record is not null and market_as_of_ms < ${atMs}
          order by started_at_ms desc limit ${CYCLES}
        ), closed as (
          select *, row_number() over (order by closed_at_ms desc, trade_id desc) as rank
          from (
            select * from trades where desk_id = ${deskId} and closed_at_ms < ${atMs}
            order by closed_at_ms desc, trade_id desc limit ${MOST_TRADES}
          ) as newest
        ), readings as materialized (
          select
            at_ms, equity_quote, at_ms / ${DAY_MS} as day, max(equity_quote) over (order by at_ms) as peak_quote
          from equity_snapshots
          where desk_id = ${deskId} and at_ms < ${atMs} and at_ms >= ${atMs - EQUITY_DAYS * DAY_MS}
        ), deepest as (
          select at_ms, peak_quote from readings order by peak_quote - equity_quote desc, at_ms limit 1
        ), shown as (
          (select distinct on (day) at_ms, equity_quote from readings order by day, at_ms desc)
          union (select readings.at_ms, equity_quote from readings join deepest on readings.at_ms = deepest.at_ms)
          union (select readings.at_ms, equity_quote from readings join deepest
            on equity_quote = deepest.peak_quote and readings.at_ms <= deepest.at_ms)
        )
        select
          coalesce((
            select json_agg(json_build_object(
              'asOfMs', as_of_ms, 'proposals', record -> 'proposals', 'verdicts', record -> 'verdicts'
            ) order by as_of_ms desc)
            from cycles
          ), '[]') as cycles,
          coalesce((
            select json_agg(json_build_object(
              'symbol', symbol, 'side', side, 'quantityBase', quantity_base::text,
              'entryPriceQuote', entry_price_quote::text, 'leverage', leverage, 'grossQuote', gross_quote::text, 'feesQuote', fees_quote::text,
              'fundingQuote', funding_quote::text, 'netQuote', net_quote::text, 'openedAtMs', opened_at_ms,
              'closedAtMs', closed_at_ms, 'exitReason', exit_reason
            ) order by rank)
            from closed
            where rank <= ${LEAST_TRADES} or closed_at_ms >= (select min(as_of_ms) from cycles)
          ), '[]') as trades,
          coalesce((
            select json_agg(json_build_object('atMs', at_ms, 'equityQuote', equity_quote::text) order by at_ms)
            from shown
          ), '[]') as equity`;
      return past ?? { cycles: [], trades: [], equity: [] };
    },
  });
}
