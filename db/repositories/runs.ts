/** Runs from their start to their end. A cycle's record is saved by records.ts. */
import { and, eq, inArray, isNull, lt, ne, or, sql } from 'drizzle-orm';
import { AppError } from '#domain/errors.ts';
import type { CycleRecord, NodeName, RunKind, RunStatus, RunSummary } from '#domain/run.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database, Queryable } from '../client.ts';
import type { Page } from '../cursor.ts';
import { defineRepository } from '../repository.ts';
import { approvals, tradingState } from '../schema/desk.ts';
import { llmCalls } from '../schema/llm.ts';
import { runs, spans } from '../schema/runs.ts';
import { hideSecrets } from '../stored-secrets.ts';
import { withdrawQuestionOf } from './approvals.ts';
import { listRuns, type RunFilter, runSummaryColumns } from './run-list.ts';
import { type FoundSummary, searchRuns } from './run-search.ts';
import { keepOwnWords } from './run-words.ts';
import { UNHELD } from './without-disk-wait.ts';

export interface NewRun {
  readonly runId: string;
  readonly deskId: string;
  readonly kind: RunKind;
  readonly status: 'queued' | 'running';
  readonly question: string | null;
  readonly symbols: readonly string[];
  readonly startedAtMs: EpochMs;
  readonly seed: number;
  readonly promptSetId: string;
  readonly owner: string | null;
  /** The run to decide again and the node from which on; absent for a run of its own. */
  readonly forkOf?: string;
  readonly forkFrom?: NodeName;
}

export type RunStart =
  | { readonly started: true }
  | { readonly started: false; readonly runningRunId: string };

/** What a resumed run must not decide anew. */
export type RunContext = Pick<
  NewRun,
  'seed' | 'promptSetId' | 'startedAtMs' | 'question' | 'symbols' | 'deskId' | 'kind'
>;

const ownText = {
  runId: runs.runId,
  startedAtMs: runs.startedAtMs,
  question: runs.question,
  reason: runs.reason,
};

const LIVE: RunStatus[] = ['queued', 'running'];
const isLive = inArray(runs.status, LIVE);
const lastSeenMs = sql<number>`coalesce(${runs.heartbeatAtMs}, ${runs.startedAtMs})`;

const KEPT = { runId: runs.runId };
/** Which process works on a run need not outlast its machine: what the run does after commits into the same log. */
const WORKED_ON = { ...KEPT, ...UNHELD };

export function createRunRepository(database: Database) {
  const { orm } = database;

  /** One row that was changed, or none. */
  async function change(
    runId: string,
    condition: ReturnType<typeof and>,
    values: Partial<typeof runs.$inferInsert>,
    returned: typeof WORKED_ON | typeof KEPT = WORKED_ON,
  ): Promise<boolean> {
    const changed = await orm
      .update(runs)
      .set(values)
      .where(and(eq(runs.runId, runId), condition))
      .returning(returned);
    return changed.length === 1;
  }

  /** False when another run is in its way. */
  function insert(run: NewRun & { readonly hiddenFields: number }): Promise<boolean> {
    return orm.transaction(async (transaction) => {
      const heartbeatAtMs = run.owner === null ? null : run.startedAtMs;
      const inserted = await transaction
        .insert(runs)
        .values({ ...run, symbols: [...run.symbols], heartbeatAtMs })
        .onConflictDoNothing()
        .returning(KEPT);
      if (inserted.length === 0) return false;
      await keepOwnWords(transaction, [{ ...run, reason: null }]);
      return true;
    });
  }

  async function get(runId: string): Promise<RunSummary | null> {
    const [row] = await orm.select(runSummaryColumns).from(runs).where(eq(runs.runId, runId));
    return row ?? null;
  }

  return defineRepository(database, {
    get,

    /** A desk has one live cycle: a second one is answered with the first one's id. A run that exists is started. */
    async start(run: NewRun): Promise<RunStart> {
      // The cycle that was in the way may end between the two statements; then there is room for ours.
      const { value: question, hidden: hiddenFields } = hideSecrets(run.question);
      for (let attempt = 0; attempt < 5; attempt += 1) {
        if (await insert({ ...run, question, hiddenFields })) return { started: true };
        const [inTheWay] = await orm
          .select({ runId: runs.runId })
          .from(runs)
          .where(
            or(eq(runs.runId, run.runId), and(eq(runs.deskId, run.deskId), eq(runs.kind, 'cycle'), isLive)),
          )
          .orderBy(sql`${runs.runId} = ${run.runId} desc`)
          .limit(1);
        if (inTheWay?.runId === run.runId) return { started: true };
        if (inTheWay !== undefined) return { started: false, runningRunId: inTheWay.runId };
      }
      throw new AppError(
        'conflict',
        `run ${run.runId} found no room: cycles of desk ${run.deskId} keep starting`,
      );
    },

    async record(runId: string): Promise<CycleRecord | null> {
      const [row] = await orm.select({ record: runs.record }).from(runs).where(eq(runs.runId, runId));
      // Records of versions that kept no reasons for what they did not propose have none.
      return row?.record ? { ...row.record, withheld: row.record.withheld ?? [] } : null;
    },

    async runContext(runId: string): Promise<RunContext | null> {
      const [row] = await orm
        .select({
          seed: runs.seed,
          promptSetId: runs.promptSetId,
          startedAtMs: runs.startedAtMs,
          question: runs.question,
          symbols: runs.symbols,
          deskId: runs.deskId,
          kind: runs.kind,
        })
        .from(runs)
        .where(eq(runs.runId, runId));
      return row ?? null;
    },

    async list({ search, ...filter }: RunFilter): Promise<Page<FoundSummary>> {
      if (search !== undefined) return searchRuns(database.reader, { ...filter, search });
      const page = await listRuns(database.reader, filter);
      return { ...page, items: page.items.map((run) => ({ ...run, hit: null })) };
    },

    /** False when the run has ended or another process works on it. */
    markRunning: (runId: string, owner: string, atMs: EpochMs): Promise<boolean> =>
      change(
        runId,
        or(
          eq(runs.status, 'queued'),
          and(eq(runs.status, 'running'), or(eq(runs.owner, owner), sql`${runs.owner} is null`)),
        ),
        { status: 'running', owner, heartbeatAtMs: atMs },
      ),

    /** False when another process took the run over, or it has ended: then this one must stop working on it. */
    heartbeat: (runId: string, owner: string, atMs: EpochMs): Promise<boolean> =>
      change(runId, and(eq(runs.status, 'running'), eq(runs.owner, owner)), { heartbeatAtMs: atMs }),

    /** Leaves a run that waits for a person to whoever goes on with it: no process is missed before the deadline. */
    park: (runId: string, owner: string): Promise<boolean> =>
      change(runId, and(eq(runs.status, 'running'), eq(runs.owner, owner)), {
        owner: null,
        heartbeatAtMs: sql`coalesce((
          select ${approvals.deadlineAtMs} from ${approvals} where ${approvals.runId} = ${runId}
        ), ${runs.heartbeatAtMs})` as never,
      }),

    /** Parked runs that need not wait any more: answered, past the deadline, cancelled, or their desk halted. */
    due: (): Promise<{ runId: string; deskId: string }[]> =>
      orm
        .select({ runId: runs.runId, deskId: runs.deskId })
        .from(runs)
        .innerJoin(approvals, eq(approvals.runId, runs.runId))
        .leftJoin(tradingState, eq(tradingState.deskId, runs.deskId))
        .where(
          and(
            eq(runs.status, 'running'),
            isNull(runs.owner),
            or(
              ne(approvals.status, 'pending'),
              sql`${approvals.deadlineAtMs} <= extract(epoch from clock_timestamp()) * 1000`,
              eq(runs.cancelRequested, true),
              eq(tradingState.mode, 'halted'),
            ),
          ),
        ),

    /** Takes a run whose process has not been heard of since `staleBeforeMs`; of several takers one gets it. */
    takeOver: (runId: string, newOwner: string, atMs: EpochMs, staleBeforeMs: EpochMs): Promise<boolean> =>
      change(runId, and(isLive, lt(lastSeenMs, staleBeforeMs)), {
        status: 'running',
        owner: newOwner,
        heartbeatAtMs: atMs,
      }),

    /** Live runs that nobody has touched since `staleBeforeMs`, oldest first: lost by a worker, or never picked up. */
    stale: (staleBeforeMs: EpochMs): Promise<RunSummary[]> =>
      orm
        .select(runSummaryColumns)
        .from(runs)
        .where(and(isLive, lt(lastSeenMs, staleBeforeMs)))
        .orderBy(runs.startedAtMs, runs.runId),

    /** Ends a run no process has taken up, without a record. False when one has, or it has ended. */
    async cancelQueued(runId: string, reason: string, atMs: EpochMs): Promise<boolean> {
      const [run] = await orm
        .update(runs)
        .set({ status: 'cancelled', cancelRequested: true, reason, finishedAtMs: atMs })
        .where(and(eq(runs.runId, runId), eq(runs.status, 'queued')))
        .returning(ownText);
      if (run !== undefined) await keepOwnWords(orm, [run]);
      return run !== undefined;
    },

    /** False when there is nothing left to cancel. */
    requestCancel: (runId: string): Promise<boolean> =>
      change(runId, isLive, { cancelRequested: true }, KEPT),

    async isCancelRequested(runId: string): Promise<boolean> {
      // Asked before every node, so it is spared the building of a query.
      const [row] = await database.sql<{ asked: boolean }[]>`
        select cancel_requested as asked from runs where run_id = ${runId}`;
      return row?.asked ?? false;
    },

    /** Marks what a killed process left open in a run that has ended. */
    loseOpenSpans: (runId: string): Promise<void> => loseOpenSpans(orm, runId),

    /** Ends a live run without a record; its open spans are lost. False when it had ended already. */
    end: (
      runId: string,
      status: 'failed' | 'cancelled' | 'lost',
      why: string,
      atMs: EpochMs,
    ): Promise<boolean> =>
      orm.transaction(async (transaction) => {
        const { value: reason, hidden } = hideSecrets(why);
        const hiddenFields = sql`${runs.hiddenFields} + ${hidden}`;
        const costUsd = sql`(
          select case when bool_or(${llmCalls.costUsd} is null) then null else coalesce(sum(${llmCalls.costUsd}), 0) end
          from ${llmCalls} where ${llmCalls.runId} = ${runId})`;
        const ended = await transaction
          .update(runs)
          .set({ status, reason, finishedAtMs: atMs, costUsd, hiddenFields })
          .where(and(eq(runs.runId, runId), isLive))
          .returning(ownText);
        if (ended.length === 0) return false;
        await keepOwnWords(transaction, ended);
        await loseOpenSpans(transaction, runId);
        await withdrawQuestionOf(transaction, runId, reason);
        return true;
      }),
  });
}

async function loseOpenSpans(orm: Queryable, runId: string): Promise<void> {
  await orm
    .update(spans)
    .set({ status: 'lost' })
    .where(and(eq(spans.runId, runId), eq(spans.status, 'open')));
}
