import type { Opinion } from '#domain/opinion.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';

/** What somebody was asked in a run, and who answered. */
export type AskedQuestion = Pick<Opinion, 'agent' | 'symbol' | 'decidedBy' | 'abstention'>;

export interface AskedRun {
  readonly runId: string;
  readonly deskId: string;
  readonly startedAtMs: EpochMs;
  readonly marketAsOfMs: EpochMs | null;
  /** Which version of the prompt it worked with; null where its set is gone. */
  readonly version: number | null;
  readonly asked: readonly AskedQuestion[];
}

/** An agent that is asked this seldom is tried on the sample: every record before would have to be read. */
const NEWEST_CYCLES = 300;
const AT_MOST = 5;

/** In which finished cycles an agent had something to answer. */
export function createAskedRuns(database: Database) {
  return defineRepository(database, {
    /** Ids of runs, the newest first; of those whose trace is still there. */
    async newest(agent: string): Promise<string[]> {
      const rows = await database.sql<{ runId: string }[]>`
        with newest as materialized (
          select run_id, started_at_ms, record from runs
          where kind = 'cycle' and status = 'finished' and thinned_at_ms is null
          order by started_at_ms desc, run_id desc limit ${NEWEST_CYCLES})
        select run_id as "runId" from newest
        where record ? 'observed' and record->'opinions' @> ${JSON.stringify([{ agent }])}::text::jsonb
        order by started_at_ms desc, run_id desc limit ${AT_MOST}`;
      return rows.map(({ runId }) => runId);
    },

    /** Of those runs, what these agents were asked in each with the prompt `name`, the newest first. */
    async questions(name: string, agents: readonly string[], limit: number): Promise<AskedRun[]> {
      const rows = await database.sql<AskedRun[]>`
        with newest as materialized (
          select run_id, desk_id, started_at_ms, market_as_of_ms, prompt_set_id, record from runs
          where kind = 'cycle' and status = 'finished' and thinned_at_ms is null
          order by started_at_ms desc, run_id desc limit ${NEWEST_CYCLES}),
        answered as (
          select newest.*, (
            select jsonb_agg(jsonb_build_object('agent', said->>'agent', 'symbol', said->>'symbol',
              'decidedBy', said->>'decidedBy', 'abstention', said->>'abstention') order by place)
            from jsonb_array_elements(record->'opinions') with ordinality as told(said, place)
            where said->>'agent' = any(${[...agents]})) as asked
          from newest where record ? 'observed')
        select run_id as "runId", desk_id as "deskId", started_at_ms::float8 as "startedAtMs",
          market_as_of_ms::float8 as "marketAsOfMs", (versions->>${name})::int as version, asked
        from answered left join prompt_sets using (prompt_set_id)
        where asked is not null
        order by started_at_ms desc, run_id desc limit ${limit}`;
      return [...rows];
    },
  });
}

export type AskedRuns = ReturnType<typeof createAskedRuns>;
