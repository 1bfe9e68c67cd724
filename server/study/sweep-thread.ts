/** What a thread of a sweep does: a job at a time, each set told as soon as it is done. */
import { parentPort } from 'node:worker_threads';
import { AppError } from '#domain/errors.ts';
import { type FromSweepThread, scoresOf } from './sweep-hand.ts';
import type { SweepJob } from './sweep-job.ts';

/** @throws AppError `usage_invalid` for a person who calls it */
export function sweepThread(): void {
  const port = parentPort;
  if (port === null)
    throw new AppError('usage_invalid', 'this command is for threads of a sweep: call strategies');
  const tell = (message: FromSweepThread) => port.postMessage(message);
  port.on('message', (job: SweepJob) => {
    for (const { key, score } of scoresOf(job)) tell({ kind: 'score', key, score });
    tell({ kind: 'ready' });
  });
  tell({ kind: 'ready' });
}
