import type { z } from '@hono/zod-openapi';
import { RunDetail } from '#domain/desk-event.ts';
import { AppError } from '#domain/errors.ts';
import { CycleRecord, ListedRun, type RunStatus } from '#domain/run.ts';
import type { RunsPort } from '../api-deps.ts';

/** A run with its trace and, once it has ended, its record: decisions, intents and orders. */
export const RunAnswer = RunDetail.extend({ run: ListedRun, record: CycleRecord.nullable() });
export type RunAnswer = z.infer<typeof RunAnswer>;

const LIVE: ReadonlySet<RunStatus> = new Set(['queued', 'running']);

export function isRunOver(status: RunStatus): boolean {
  return !LIVE.has(status);
}

/** @throws AppError `not_found` */
export async function readRun(runs: RunsPort, runId: string): Promise<RunAnswer> {
  const [detail, record] = await Promise.all([runs.detail(runId), runs.record(runId)]);
  if (detail === null) throw runNotFound(runId);
  return { ...detail, record };
}

export function runNotFound(runId: string): AppError {
  return new AppError('not_found', `there is no run "${runId}"`, { context: { runId } });
}
