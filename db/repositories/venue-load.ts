/** What processes tell each other of their venue's limits: kept for who starts later, told at once to who listens. */
import { eq } from 'drizzle-orm';
import type { VenueLoad } from '#exchanges/ports/shared-load.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { venueLoads } from '../schema/market.ts';

const LOAD_CHANNEL = 'vigil_venue_load';

export function createVenueLoadRepository(database: Database) {
  const { sql, orm } = database;

  return defineRepository(database, {
    /** Null for an address nobody has told anything of. */
    async read(address: string): Promise<VenueLoad | null> {
      const [row] = await orm.select().from(venueLoads).where(eq(venueLoads.address, address));
      if (row === undefined) return null;
      const { address: _address, ...load } = row;
      return load;
    },

    /** Adds what was learnt to what is known, the worse of both, and wakes who listens. */
    async tell(address: string, load: VenueLoad): Promise<void> {
      await sql`
        with settings as materialized (select set_config('synchronous_commit', 'off', true)), told as (
          insert into venue_loads as known (address, used_weight, minute, rests_until_ms, banned_until_ms)
          select ${address}, ${load.usedWeight}::int, ${load.minute}::int, ${load.restsUntilMs}::bigint,
            ${load.bannedUntilMs}::bigint from settings
          on conflict (address) do update set
            used_weight = case
              when excluded.minute > known.minute then excluded.used_weight
              when excluded.minute = known.minute then greatest(excluded.used_weight, known.used_weight)
              else known.used_weight end,
            minute = greatest(excluded.minute, known.minute),
            rests_until_ms = greatest(excluded.rests_until_ms, known.rests_until_ms),
            banned_until_ms = greatest(excluded.banned_until_ms, known.banned_until_ms)
          returning address
        )
        select pg_notify(${LOAD_CHANNEL}, address) from told`;
    },

    /** Calls with an address of which something was told; at once, and after a lost connection, with null for any. */
    async subscribe(onTold: (address: string | null) => void): Promise<() => Promise<void>> {
      const { unlisten } = await sql.listen(LOAD_CHANNEL, onTold, () => onTold(null));
      return unlisten;
    },
  });
}

export type VenueLoadRepository = ReturnType<typeof createVenueLoadRepository>;
