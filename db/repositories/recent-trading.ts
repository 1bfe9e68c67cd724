import type { Trade } from '#domain/account.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';

export interface RecentTrading {
  readonly trades: readonly Pick<
    Trade,
    'symbol' | 'side' | 'netQuote' | 'openedAtMs' | 'closedAtMs' | 'exitReason'
  >[];
  readonly venueFailuresAtMs: readonly EpochMs[];
}

/** A desk that trades so much that these are not enough is stopped by the count of its opens long before. */
const MOST_TRADES = 500;

/**
 * What the account protections are told, in one statement: round trips and the venue's failures as far as they look back,
 * newest first. A venue fails an order that it refuses, turns away or leaves unanswered; that a resting order would have
 * crossed the spread is the market's doing and no failure.
 */
export function createRecentTrading(
  database: Database,
  { tradesMs, failuresMs }: { readonly tradesMs: number; readonly failuresMs: number },
) {
  const { sql } = database;

  return defineRepository(database, {
    async of(deskId: string, nowMs: EpochMs): Promise<RecentTrading> {
      const [recent] = await sql<RecentTrading[]>`
        select
          coalesce((
            select json_agg(newest)
            from (
              select symbol, side, net_quote::text as "netQuote", opened_at_ms as "openedAtMs",
                closed_at_ms as "closedAtMs", exit_reason as "exitReason"
              from trades
              where desk_id = ${deskId} and closed_at_ms > ${nowMs - tradesMs} and closed_at_ms <= ${nowMs}
              order by closed_at_ms desc, trade_id desc limit ${MOST_TRADES}
            ) as newest
          ), '[]') as trades,
          coalesce((
            select json_agg(updated_at_ms order by updated_at_ms desc)
            from order_intents
            where desk_id = ${deskId} and status in ('rejected', 'unknown', 'settled')
              and updated_at_ms > ${nowMs - failuresMs} and updated_at_ms <= ${nowMs}
              and request ->> 'timeInForce' <> 'post_only'
          ), '[]') as "venueFailuresAtMs"`;
      return recent ?? { trades: [], venueFailuresAtMs: [] };
    },
  });
}
