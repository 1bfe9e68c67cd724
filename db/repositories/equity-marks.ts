import type { DecimalText } from '#domain/decimal.ts';
import type { EquityPoint } from '#domain/desk-event.ts';
import { DAY_MS, type EpochMs } from '#domain/time.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';

export interface EquityMarks {
  readonly dayStartQuote: DecimalText | null;
  readonly peakQuote: DecimalText | null;
}

/**
 * What losses are measured from: equity of the desk's account when the UTC day began, and its highest since a person last
 * armed the desk, who began anew with what was left then. Null before the first point.
 */
export function createEquityMarks(database: Database, { marketKey }: { readonly marketKey: string }) {
  const { sql } = database;

  return defineRepository(database, {
    async of(deskId: string, nowMs: EpochMs): Promise<EquityMarks> {
      const dayStartMs = nowMs - (nowMs % DAY_MS);
      const [marks] = await sql<EquityMarks[]>`
        with own as not materialized (select at_ms, equity_quote from equity_snapshots where desk_id = ${deskId}),
        armed as (
          select max((details ->> 'atMs')::bigint) as at_ms from audit_log
          where subject in (${`desk:${deskId}`}, ${`desks of ${marketKey}`})
            and action = 'trading.arm' and actor not like 'breaker:%' and details -> 'desks' ? ${deskId}
        )
        select
          coalesce(
            (select equity_quote from own where at_ms < ${dayStartMs} order by at_ms desc limit 1),
            (select equity_quote from own where at_ms >= ${dayStartMs} order by at_ms limit 1)
          ) as "dayStartQuote",
          (select max(equity_quote) from own where at_ms >=
            coalesce((select max(at_ms) from own where at_ms <= (select at_ms from armed)), 0)) as "peakQuote"`;
      return marks ?? { dayStartQuote: null, peakQuote: null };
    },

    /** Adds a point to the equity curve between those of the cycles. Of one instant the higher stands. */
    async add(deskId: string, { atMs, equityQuote, balanceQuote }: EquityPoint): Promise<void> {
      await sql`
        insert into equity_snapshots (desk_id, at_ms, equity_quote, balance_quote)
        values (${deskId}, ${atMs}, ${equityQuote}, ${balanceQuote})
        on conflict (desk_id, at_ms) do update
          set equity_quote = excluded.equity_quote, balance_quote = excluded.balance_quote
          where excluded.equity_quote > equity_snapshots.equity_quote`;
    },
  });
}
