import {
  and,
  arrayContains,
  desc,
  eq,
  getTableColumns,
  gte,
  ilike,
  lte,
  or,
  type SQL,
  sql,
} from 'drizzle-orm';
import type { CycleOutcome, RunKind, RunStatus, RunSummary } from '#domain/run.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Queryable } from '../client.ts';
import { decodeCursor, type Page, type PageRequest, pageOf } from '../cursor.ts';
import { runs } from '../schema/runs.ts';

export interface RunFilter extends PageRequest {
  readonly kind?: RunKind | undefined;
  readonly status?: RunStatus | undefined;
  readonly symbol?: string | undefined;
  readonly outcome?: CycleOutcome | undefined;
  readonly deskId?: string | undefined;
  readonly fromMs?: EpochMs | undefined;
  readonly toMs?: EpochMs | undefined;
  /** Any part of the id, the question or the reason. */
  readonly q?: string | undefined;
}

const { runId, deskId, kind, status, outcome, reason, question, symbols, level } = getTableColumns(runs);
const { startedAtMs, finishedAtMs, marketAsOfMs, orders, costUsd, thinnedAtMs } = getTableColumns(runs);

export const runSummaryColumns = {
  runId,
  deskId,
  kind,
  status,
  outcome,
  reason,
  question,
  symbols,
  level,
  startedAtMs,
  finishedAtMs,
  marketAsOfMs,
  orders,
  costUsd,
  thinnedAtMs,
};

/** Newest first. @throws AppError `request_invalid` for a cursor that is not ours */
export async function listRuns(orm: Queryable, filter: RunFilter): Promise<Page<RunSummary>> {
  const rows = await orm
    .select(runSummaryColumns)
    .from(runs)
    .where(and(...conditionsOf(filter)))
    .orderBy(desc(startedAtMs), desc(runId))
    .limit(filter.limit + 1);
  return pageOf(rows, filter.limit, (run) => [run.startedAtMs, run.runId]);
}

function conditionsOf(filter: RunFilter): SQL[] {
  const conditions: (SQL | undefined)[] = [
    filter.kind && eq(kind, filter.kind),
    filter.status && eq(status, filter.status),
    filter.outcome && eq(outcome, filter.outcome),
    filter.deskId ? eq(deskId, filter.deskId) : undefined,
    filter.symbol ? arrayContains(symbols, [filter.symbol]) : undefined,
    filter.fromMs === undefined ? undefined : gte(startedAtMs, filter.fromMs),
    filter.toMs === undefined ? undefined : lte(startedAtMs, filter.toMs),
    filter.q ? mentions(filter.q) : undefined,
  ];
  if (filter.cursor) {
    const [atMs, id] = decodeCursor(filter.cursor);
    conditions.push(sql`(${startedAtMs}, ${runId}) < (${atMs}, ${id})`);
  }
  return conditions.filter((condition) => condition !== undefined);
}

function mentions(text: string): SQL | undefined {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  return or(ilike(runId, pattern), ilike(question, pattern), ilike(reason, pattern));
}
