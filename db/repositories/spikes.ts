/** Spikes as a watch over the market told them. They are live events of the market's own desk, and forgotten with those. */
import type { Spike, SpikeNotice } from '#domain/signal.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';

export interface UntakenSpikes {
  /** What was told since the desk's last cycle began, the oldest first. */
  readonly notices: readonly SpikeNotice[];
  /** What that cycle took in, which may have been told while it began. */
  readonly taken: readonly Spike[];
}

export function createSpikeRepository(database: Database, { marketKey }: { readonly marketKey: string }) {
  const { sql } = database;

  async function toldSince(sinceMs: EpochMs): Promise<SpikeNotice[]> {
    const rows = await sql<{ payload: SpikeNotice }[]>`
      select payload from desk_events
      where at_ms >= ${sinceMs} and type = 'spike.told' and desk_id = ${marketKey} order by id`;
    return rows.map(({ payload }) => payload);
  }

  return defineRepository(database, {
    /** Told at or after this instant of wall time, the oldest first. */
    toldSince,

    /** Since the last cycle of the desk that saw a market, and never before `sinceMs` of wall time. */
    async sinceLastCycle(deskId: string, sinceMs: EpochMs): Promise<UntakenSpikes> {
      const [last] = await sql<{ startedAtMs: string; taken: Spike[] | null }[]>`
        select runs.started_at_ms as "startedAtMs", snapshots.ref -> 'heardSpikes' as taken
        from runs left join snapshots using (snapshot_id)
        where runs.desk_id = ${deskId} and runs.kind = 'cycle' and runs.market_as_of_ms is not null
        order by runs.started_at_ms desc limit 1`;
      const notices = await toldSince(Math.max(sinceMs, Number(last?.startedAtMs ?? 0)));
      return { notices, taken: last?.taken ?? [] };
    },
  });
}

export type SpikeRepository = ReturnType<typeof createSpikeRepository>;
