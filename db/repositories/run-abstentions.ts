import { type SQL, sql } from 'drizzle-orm';
import { DAY_MS, type EpochMs } from '#domain/time.ts';
import type { Queryable } from '../client.ts';
import { runs } from '../schema/runs.ts';

const KEYS: Readonly<Record<'day' | 'agent' | 'symbol', SQL>> = {
  day: sql`(${runs.startedAtMs} / ${sql.raw(String(DAY_MS))})::text`,
  agent: sql`opinion ->> 'agent'`,
  symbol: sql`opinion ->> 'symbol'`,
};

/** How often the rules answered in a model's place, by the records of runs begun in the span. Found by a partial index. */
export async function withAbstentions(
  orm: Queryable,
  { fromMs, toMs }: { readonly fromMs: EpochMs; readonly toMs: EpochMs },
  by: keyof typeof KEYS,
): Promise<Map<string | null, number>> {
  const rows = await orm.execute<{ key: string | null; count: string }>(sql`
    select ${KEYS[by]} as key, count(*) as count
    from ${runs}, jsonb_array_elements(${runs.record} -> 'opinions') as opinion
    where ${runs.startedAtMs} >= ${fromMs} and ${runs.startedAtMs} < ${toMs}
      and ${runs.record} #> '{llm,abstentions}' <> '{}'::jsonb
      and opinion ->> 'abstention' is not null
    group by 1`);
  return new Map(
    rows.map(({ key, count }) => [
      by === 'day' && key !== null ? new Date(Number(key) * DAY_MS).toISOString().slice(0, 10) : key,
      Number(count),
    ]),
  );
}
