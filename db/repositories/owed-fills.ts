import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database } from '../client.ts';

/**
 * Since when the fills of a symbol fall short of what its orders, touched since `sinceMs`, are known to have filled. A fill
 * whose order the venue had forgotten is kept under the venue's own id of it.
 */
export async function owedFills(
  { sql }: Pick<Database, 'sql'>,
  deskId: string,
  sinceMs: EpochMs,
): Promise<{ symbol: MarketSymbol; sinceMs: EpochMs }[]> {
  const rows = await sql<{ symbol: MarketSymbol; sinceMs: string }[]>`
    with filled as (
      select * from orders where desk_id = ${deskId} and updated_at_ms >= ${sinceMs} and filled_base > 0
    ), told as (
      select client_order_id, sum(quantity_base) as base from fills
      where desk_id = ${deskId} and at_ms >= (select min(created_at_ms) - 60000 from filled)
      group by client_order_id
    )
    select symbol, min(created_at_ms) as "sinceMs" from filled
      left join told as own on own.client_order_id = filled.client_order_id
      left join told as foreign_one on foreign_one.client_order_id = 'venue-' || filled.venue_order_id
        and foreign_one.client_order_id <> filled.client_order_id
    where filled_base > coalesce(own.base, 0) + coalesce(foreign_one.base, 0)
    group by symbol`;
  return rows.map((row) => ({ symbol: row.symbol, sinceMs: Number(row.sinceMs) }));
}
