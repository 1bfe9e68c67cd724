import type { CycleOutcome, RunStatus, RunSummary } from '#domain/run.ts';

/** What a run has come to, in one word: its outcome when it has one, else where it stands. */
export type RunVerdict = CycleOutcome | RunStatus;

export function verdictOf(run: RunSummary): RunVerdict {
  return run.outcome ?? run.status;
}

export function isUnderWay(run: RunSummary): boolean {
  return run.status === 'queued' || run.status === 'running';
}
