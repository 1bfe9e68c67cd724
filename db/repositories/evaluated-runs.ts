/** The cycles an evaluation reads: which there are, what they left, and which models they asked. */
import { and, asc, desc, eq, gte, inArray, isNotNull, lt } from 'drizzle-orm';
import type { CycleRecord } from '#domain/run.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { llmCalls } from '../schema/llm.ts';
import { runs } from '../schema/runs.ts';

export interface CycleRef {
  readonly runId: string;
  readonly deskId: string;
  /** Market time. */
  readonly asOfMs: EpochMs;
}

export interface CycleFilter {
  /** By market time, the end excluded. */
  readonly fromMs?: EpochMs;
  readonly toMs?: EpochMs;
  readonly runIds?: readonly string[];
}

export type EvaluatedRuns = ReturnType<typeof createEvaluatedRuns>;

export function createEvaluatedRuns(database: Database) {
  const { orm } = database;

  return defineRepository(database, {
    /** Cycles with a record that saw a market, the newest first. */
    async cycles({ fromMs, toMs, runIds }: CycleFilter): Promise<CycleRef[]> {
      const rows = await orm
        .select({ runId: runs.runId, deskId: runs.deskId, asOfMs: runs.marketAsOfMs })
        .from(runs)
        .where(
          and(
            eq(runs.kind, 'cycle'),
            isNotNull(runs.marketAsOfMs),
            fromMs === undefined ? undefined : gte(runs.marketAsOfMs, fromMs),
            toMs === undefined ? undefined : lt(runs.marketAsOfMs, toMs),
            runIds === undefined ? undefined : inArray(runs.runId, [...runIds]),
          ),
        )
        .orderBy(desc(runs.startedAtMs), desc(runs.runId));
      return rows.flatMap(({ asOfMs, ...row }) => (asOfMs === null ? [] : [{ ...row, asOfMs }]));
    },

    /** By market time, the oldest first. */
    async records(runIds: readonly string[]): Promise<CycleRecord[]> {
      const rows = await orm
        .select({ record: runs.record })
        .from(runs)
        .where(inArray(runs.runId, [...runIds]))
        .orderBy(asc(runs.marketAsOfMs), asc(runs.runId));
      return rows.flatMap(({ record }) => (record === null ? [] : [record]));
    },

    /** The models that were asked in each of these runs, whatever they answered. */
    async modelsOf(runIds: readonly string[]): Promise<Map<string, string[]>> {
      const rows = await orm
        .selectDistinct({ runId: llmCalls.runId, model: llmCalls.model })
        .from(llmCalls)
        .where(inArray(llmCalls.runId, [...runIds]))
        .orderBy(llmCalls.runId, llmCalls.model);
      const models = new Map<string, string[]>();
      for (const { runId, model } of rows) models.set(runId, [...(models.get(runId) ?? []), model]);
      return models;
    },
  });
}
