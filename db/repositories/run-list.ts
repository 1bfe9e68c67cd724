/** Runs, newest first, by any mix of what they are, came to, cost and said. */
import {
  and,
  arrayContains,
  desc,
  eq,
  getTableColumns,
  gte,
  isNotNull,
  isNull,
  lte,
  type SQL,
  sql,
} from 'drizzle-orm';
import type { AgentName } from '#domain/opinion.ts';
import type { DenialCode } from '#domain/proposal.ts';
import type { CycleOutcome, RunKind, RunStatus, RunSummary } from '#domain/run.ts';
import type { SearchQuery } from '#domain/search-query.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Queryable } from '../client.ts';
import { decodeCursor, type Page, type PageRequest, pageOf } from '../cursor.ts';
import { runs } from '../schema/runs.ts';

export interface RunChoice {
  readonly kind?: RunKind | undefined;
  /** `waiting`: for a person's approval. Such a run is not `running` here. */
  readonly status?: RunStatus | 'waiting' | undefined;
  readonly symbol?: string | undefined;
  readonly outcome?: CycleOutcome | undefined;
  readonly deskId?: string | undefined;
  /** False leaves out runs that decide another one again. */
  readonly forks?: boolean | undefined;
  /** Those that decide this run again. */
  readonly forkOf?: string | undefined;
  /** For whom a model was asked. */
  readonly agent?: AgentName | undefined;
  /** Whose rules answered in a model's place. */
  readonly abstained?: AgentName | undefined;
  readonly denial?: DenialCode | undefined;
  /** A run whose cost is unknown is within no bounds. */
  readonly minCostUsd?: number | undefined;
  readonly maxCostUsd?: number | undefined;
  readonly fromMs?: EpochMs | undefined;
  readonly toMs?: EpochMs | undefined;
}

export interface RunFilter extends RunChoice, PageRequest {
  readonly search?: SearchQuery | undefined;
}

const { runId, deskId, kind, status, outcome, reason, question, symbols, level } = getTableColumns(runs);
const { startedAtMs, finishedAtMs, marketAsOfMs, orders, costUsd, thinnedAtMs } = getTableColumns(runs);
const { forkOf, forkFrom, askedAgents, abstainedAgents, denialCodes } = getTableColumns(runs);

// Names written out: of a list of columns Drizzle leaves the tables away.
const pendingUntilMs = sql`(
  select max(approvals.deadline_at_ms) from approvals
  where approvals.run_id = runs.run_id and approvals.status = 'pending')`;
const waitsUntilMs = sql<number | null>`case when runs.status = 'running' then ${pendingUntilMs} end`.mapWith(
  startedAtMs,
);

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
  forkOf,
  forkFrom,
  thinnedAtMs,
  waitsUntilMs,
};

export const newestFirst: readonly SQL[] = [desc(startedAtMs), desc(runId)];

/** @throws AppError `request_invalid` for a cursor that is not ours */
export async function listRuns(orm: Queryable, filter: Omit<RunFilter, 'search'>): Promise<Page<RunSummary>> {
  const rows = await orm
    .select(runSummaryColumns)
    .from(runs)
    .where(and(...conditionsOf(filter)))
    .orderBy(...orderFor(filter))
    .limit(filter.limit + 1);
  return runPage(rows, filter);
}

/**
 * The planner takes a code it has not seen for one in two hundred, and would look through all runs from the newest on.
 * A sum is in no index, so these few are found by theirs and sorted.
 */
function orderFor({ denial, abstained }: RunChoice): readonly SQL[] {
  if (denial === undefined && abstained === undefined) return newestFirst;
  return [sql`(${startedAtMs} + 0) desc`, desc(runId)];
}

export function runPage(rows: readonly RunSummary[], { limit }: PageRequest): Page<RunSummary> {
  return pageOf(rows, limit, (run) => [run.startedAtMs, run.runId]);
}

/** @throws AppError `request_invalid` for a cursor that is not ours */
export function conditionsOf(filter: RunChoice & Pick<PageRequest, 'cursor'>): SQL[] {
  const conditions: (SQL | undefined)[] = [
    filter.kind && eq(kind, filter.kind),
    filter.status && stands(filter.status),
    filter.outcome && eq(outcome, filter.outcome),
    filter.deskId ? eq(deskId, filter.deskId) : undefined,
    filter.forks === false ? isNull(forkOf) : undefined,
    filter.forkOf ? eq(forkOf, filter.forkOf) : undefined,
    filter.symbol ? arrayContains(symbols, [filter.symbol]) : undefined,
    filter.agent && arrayContains(askedAgents, [filter.agent]),
    filter.abstained && arrayContains(abstainedAgents, [filter.abstained]),
    filter.denial && arrayContains(denialCodes, [filter.denial]),
    filter.minCostUsd === undefined ? undefined : gte(costUsd, filter.minCostUsd),
    filter.maxCostUsd === undefined ? undefined : lte(costUsd, filter.maxCostUsd),
    filter.fromMs === undefined ? undefined : gte(startedAtMs, filter.fromMs),
    filter.toMs === undefined ? undefined : lte(startedAtMs, filter.toMs),
    filter.cursor ? isBefore(filter.cursor) : undefined,
  ];
  return conditions.filter((condition) => condition !== undefined);
}

function stands(wanted: NonNullable<RunChoice['status']>): SQL | undefined {
  if (wanted !== 'waiting' && wanted !== 'running') return eq(status, wanted);
  const isAsked = wanted === 'waiting' ? isNotNull(pendingUntilMs) : isNull(pendingUntilMs);
  return and(eq(status, 'running'), isAsked);
}

function isBefore(cursor: string): SQL {
  const [atMs, id] = decodeCursor(cursor);
  return sql`(${startedAtMs}, ${runId}) < (${atMs}, ${id})`;
}
