import type { DecimalText } from '#domain/decimal.ts';
import { DAY_MS, type EpochMs } from '#domain/time.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';

export interface EquityMarks {
  readonly dayStartQuote: DecimalText | null;
  readonly peakQuote: DecimalText | null;
}

/** What losses are measured from: equity when the UTC day began, and the highest so far. Null before the first cycle. */
export function createEquityMarks(database: Database) {
  const { sql } = database;

  return defineRepository(database, {
    async of(deskId: string, nowMs: EpochMs): Promise<EquityMarks> {
      const dayStartMs = nowMs - (nowMs % DAY_MS);
      const [marks] = await sql<EquityMarks[]>`
        with own as not materialized (select at_ms, equity_quote from equity_snapshots where desk_id = ${deskId})
        select
          coalesce(
            (select equity_quote from own where at_ms < ${dayStartMs} order by at_ms desc limit 1),
            (select equity_quote from own where at_ms >= ${dayStartMs} order by at_ms limit 1)
          ) as "dayStartQuote",
          (select max(equity_quote) from own) as "peakQuote"`;
      return marks ?? { dayStartQuote: null, peakQuote: null };
    },
  });
}
