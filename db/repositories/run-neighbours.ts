import { asc, eq, type SQL, sql } from 'drizzle-orm';
import type { RunNeighbours } from '#domain/run-trace.ts';
import type { Queryable } from '../client.ts';
import { runs } from '../schema/runs.ts';
import { newestFirst } from './run-list.ts';

/** The runs just before and after one, among all; null when the run is not there. */
export async function neighboursOf(orm: Queryable, runId: string): Promise<RunNeighbours | null> {
  const { startedAtMs } = runs;
  const [run] = await orm.select({ startedAtMs }).from(runs).where(eq(runs.runId, runId));
  if (run === undefined) return null;
  const place = sql`(${run.startedAtMs}, ${runId})`;
  const first = async (condition: SQL, order: readonly SQL[]) => {
    const [row] = await orm
      .select({ runId: runs.runId })
      .from(runs)
      .where(condition)
      .orderBy(...order)
      .limit(1);
    return row?.runId ?? null;
  };
  const [older, newer] = await Promise.all([
    first(sql`(${startedAtMs}, ${runs.runId}) < ${place}`, newestFirst),
    first(sql`(${startedAtMs}, ${runs.runId}) > ${place}`, [asc(startedAtMs), asc(runs.runId)]),
  ]);
  return { newer, older };
}
