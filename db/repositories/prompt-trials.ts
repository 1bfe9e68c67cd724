/** Forks and shadows beside the runs they decide again, and what came of them (domain/prompt-trial.ts). */
import { and, asc, desc, eq, isNotNull, lte, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { PromptTrial, TrialResults } from '#domain/prompt-trial.ts';
import type { CycleRecord, NodeName } from '#domain/run.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { promptSets, promptTrials } from '../schema/llm.ts';
import { runs } from '../schema/runs.ts';
import { writeAudit } from './audit.ts';
import type { NewRun } from './runs.ts';

export type NewTrialRun = NewRun & {
  readonly kind: 'fork' | 'shadow';
  readonly forkOf: string;
  readonly forkFrom: NodeName;
  readonly versions: Readonly<Record<string, number>>;
  /** Null: the rules alone. */
  readonly model: string | null;
  readonly actor: string;
};

/** A trial whose orders can be reckoned, with the records of both its runs. */
export interface UnsimulatedTrial {
  readonly runId: string;
  readonly results: TrialResults;
  readonly run: CycleRecord;
  readonly with: CycleRecord;
}

const MOST_RESULTS = 5_000;
const results = sql<TrialResults | null>`nullif(${promptTrials.results}, '{}'::jsonb)`;
const simulated = sql`${promptTrials.results} -> 'simulated'`;
const trialColumns = {
  runId: promptTrials.runId,
  forkOf: promptTrials.forkOf,
  kind: promptTrials.kind,
  promptSetId: promptTrials.promptSetId,
  versions: promptTrials.versions,
  model: promptTrials.model,
  firstDifference: promptTrials.firstDifference,
  results,
  createdAtMs: promptTrials.createdAtMs,
};

export function createPromptTrials(database: Database) {
  const { orm } = database;

  return defineRepository(database, {
    /** Writes the run and its trial. False for a shadow of a run that has one, or of a desk where one is not over. */
    open: ({ versions, model, actor, ...run }: NewTrialRun): Promise<boolean> =>
      orm.transaction(async (transaction) => {
        const { runId, kind, forkOf, forkFrom, promptSetId, deskId, startedAtMs } = run;
        if (kind === 'shadow') {
          // Of two processes that see the same cycle end one opens its shadow.
          await transaction.execute(
            sql`select pg_advisory_xact_lock(hashtextextended(${`shadow ${deskId}`}, 0))`,
          );
          const inTheWay = await transaction
            .select({ runId: runs.runId })
            .from(runs)
            .where(
              and(
                eq(runs.kind, 'shadow'),
                sql`(${runs.forkOf} = ${forkOf}
                  or (${runs.deskId} = ${deskId} and ${runs.status} in ('queued', 'running')))`,
              ),
            )
            .limit(1);
          if (inTheWay.length > 0) return false;
        }
        await transaction.insert(runs).values({ ...run, symbols: [...run.symbols] });
        await transaction.insert(promptTrials).values({
          ...{ runId, forkOf, kind, promptSetId, model, versions: { ...versions } },
          ...{ results: {}, createdAtMs: startedAtMs },
        });
        await writeAudit(transaction, {
          actor,
          action: `run.${kind}`,
          subject: `run:${runId}`,
          details: { forkOf, forkFrom, promptSetId, model },
        });
        return true;
      }),

    async get(runId: string): Promise<PromptTrial | null> {
      const [trial] = await orm.select(trialColumns).from(promptTrials).where(eq(promptTrials.runId, runId));
      return trial ?? null;
    },

    /** Of a trial that is done again after a kill the last word stands. */
    async finish(runId: string, firstDifference: NodeName | null, found: TrialResults): Promise<void> {
      await orm
        .update(promptTrials)
        .set({ firstDifference, results: { ...found } })
        .where(eq(promptTrials.runId, runId));
    },

    /** Ended trials that worked with another version of this prompt than the run they are held against, newest first. */
    ofPrompt: (name: string): Promise<PromptTrial[]> =>
      orm
        .select(trialColumns)
        .from(promptTrials)
        .innerJoin(runs, eq(runs.runId, promptTrials.forkOf))
        .innerJoin(promptSets, eq(promptSets.promptSetId, runs.promptSetId))
        .where(
          and(
            sql`${promptTrials.versions} ? ${name}`,
            sql`${promptTrials.versions} -> ${name} is distinct from ${promptSets.versions} -> ${name}`,
            isNotNull(results),
          ),
        )
        .orderBy(desc(promptTrials.createdAtMs), desc(promptTrials.runId))
        .limit(MOST_RESULTS),

    /** Ended trials of a market's desks that decided at `beforeMs` or earlier and have no profit yet, oldest first. */
    async unsimulated(request: {
      readonly marketKey: string;
      readonly beforeMs: EpochMs;
      readonly limit: number;
    }): Promise<UnsimulatedTrial[]> {
      const base = alias(runs, 'base');
      const { marketKey: key, beforeMs, limit } = request;
      const rows = await orm
        .select({ runId: promptTrials.runId, results, run: runs.record, with: base.record })
        .from(promptTrials)
        .innerJoin(runs, eq(runs.runId, promptTrials.runId))
        .innerJoin(base, eq(base.runId, promptTrials.forkOf))
        .where(
          and(
            sql`${simulated} = 'null'::jsonb`,
            isNotNull(runs.record),
            isNotNull(base.record),
            lte(runs.marketAsOfMs, beforeMs),
            or(
              eq(runs.deskId, key),
              sql`starts_with(${runs.deskId}, ${`${key}--`}) or starts_with(${runs.deskId}, ${`once--${key}--`})`,
            ),
          ),
        )
        .orderBy(asc(runs.marketAsOfMs), asc(runs.runId))
        .limit(limit);
      return rows.flatMap(({ runId, results: ended, run, with: other }) =>
        ended === null || run === null || other === null ? [] : [{ runId, results: ended, run, with: other }],
      );
    },

    async setSimulated(runId: string, profit: TrialResults['simulated']): Promise<void> {
      await orm
        .update(promptTrials)
        .set({
          results: sql`jsonb_set(${promptTrials.results}, '{simulated}', ${JSON.stringify(profit)}::text::jsonb)`,
        })
        .where(eq(promptTrials.runId, runId));
    },
  });
}

export type PromptTrials = ReturnType<typeof createPromptTrials>;
