import type { z } from '@hono/zod-openapi';
import { AppError } from '#domain/errors.ts';
import { CycleRecord, type RunStatus } from '#domain/run.ts';
import { RunTrace } from '#domain/run-trace.ts';
import type { RunsPort } from '../api-deps.ts';

/** A run with its trace, long bodies cut, and, once it has ended, its record: decisions, intents and orders. */
export const RunAnswer = RunTrace.extend({ record: CycleRecord.nullable() });
export type RunAnswer = z.infer<typeof RunAnswer>;

const LIVE: ReadonlySet<RunStatus> = new Set(['queued', 'running']);

export function isRunOver(status: RunStatus): boolean {
  return !LIVE.has(status);
}

/** @throws AppError `not_found` */
export async function readRun(runs: RunsPort, runId: string): Promise<RunAnswer> {
  const [trace, record] = await Promise.all([runs.trace(runId), runs.record(runId)]);
  if (trace === null) throw runNotFound(runId);
  return { ...trace, record };
}

export function runNotFound(runId: string): AppError {
  return new AppError('not_found', `there is no run "${runId}"`, { context: { runId } });
}

/** @throws AppError `not_found`, `conflict` for a run that has none (yet) */
export async function recordOf(runs: RunsPort, runId: string): Promise<CycleRecord> {
  const record = await runs.record(runId);
  if (record === null) throw await withoutRecord(runs, runId);
  return record;
}

async function withoutRecord(runs: RunsPort, runId: string): Promise<AppError> {
  const run = await runs.get(runId);
  if (run === null) return runNotFound(runId);
  const words = isRunOver(run.status) ? 'ended without a record' : 'has no record before it ends';
  return new AppError('conflict', `run "${runId}" is ${run.status} and ${words}`);
}
