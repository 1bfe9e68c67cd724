import type { CycleOutcome, RunStatus, RunSummary } from '#domain/run.ts';

/** What a run has come to, in one word: its outcome when it has one, else where it stands. */
export type RunVerdict = CycleOutcome | RunStatus | 'waiting';

export function verdictOf(run: RunSummary): RunVerdict {
  if (run.waitsUntilMs !== null) return 'waiting';
  return run.outcome ?? run.status;
}

/** A fork and a shadow reach no venue, whatever they decide. */
export function verdictWords(run: RunSummary): string {
  const verdict = verdictOf(run);
  const isSent = run.kind !== 'fork' && run.kind !== 'shadow';
  return verdict === 'traded' && !isSent ? 'would have traded' : verdict;
}

export function isUnderWay(run: RunSummary): boolean {
  return run.status === 'queued' || run.status === 'running';
}
