import type { EpochMs } from '#domain/time.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';

export interface VitalSigns {
  /** By the database's own clock. */
  readonly nowMs: EpochMs;
  /** Whether some process holds the advisory lock of this name. */
  readonly isHeld: boolean;
}

/** What the database alone can tell of all its processes. */
export function createVitalSigns(database: Database) {
  const { sql } = database;
  return defineRepository(database, {
    async read(lockName: string): Promise<VitalSigns> {
      const [row] = await sql<{ nowMs: number; isHeld: boolean }[]>`
        select (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs", exists (
          select from pg_locks
          where locktype = 'advisory' and granted and objsubid = 1
            and database = (select oid from pg_database where datname = current_database())
            and (classid::bigint << 32) | objid::bigint = hashtextextended(${lockName}, 0)
        ) as "isHeld"`;
      return { nowMs: Math.round(row?.nowMs ?? 0), isHeld: row?.isHeld ?? false };
    },
  });
}
