import type { CycleOutcome, RunStatus, RunSummary } from '#domain/run.ts';
import type { BadgeTone } from '../ui/badge.tsx';

/** What a run has come to, in one word: its outcome when it has one, else where it stands. */
export type RunVerdict = CycleOutcome | RunStatus;

export function verdictOf(run: RunSummary): RunVerdict {
  return run.outcome ?? run.status;
}

export const VERDICT_TONES: Record<RunVerdict, BadgeTone> = {
  traded: 'accent',
  held: 'neutral',
  denied: 'watch',
  halted: 'down',
  failed: 'down',
  queued: 'neutral',
  running: 'accent',
  finished: 'neutral',
  cancelled: 'neutral',
  lost: 'down',
};

export function isUnderWay(run: RunSummary): boolean {
  return run.status === 'queued' || run.status === 'running';
}
