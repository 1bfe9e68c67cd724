/** Hands that take jobs of a sweep until none is left. */

import { type OnScore, ownHand, type SweepHand, startHand } from './sweep-hand.ts';
import type { SweepJob } from './sweep-job.ts';

export interface SweepPool {
  /** Comes to its end when every job is done, or soon after a signal. @throws what a job throws */
  run(jobs: readonly SweepJob[], onScore: OnScore): Promise<void>;
  close(): Promise<void>;
}

export function openSweepPool({
  threads,
  most,
  program,
  signal,
}: {
  /** 0 works in this thread. */
  readonly threads: number;
  /** No more threads than jobs. */
  readonly most: number;
  readonly program: string;
  readonly signal: AbortSignal;
}): SweepPool {
  const hands =
    threads === 0
      ? [ownHand(signal)]
      : Array.from({ length: Math.min(threads, most) }, () => startHand(program));
  return {
    async run(jobs, onScore) {
      const waiting = [...jobs];
      const stopped = new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      const worked = hands.map((hand) => takeAll(hand, waiting, onScore, signal));
      // A set that a thread is in the middle of is left undone; this thread comes to the end of its own.
      await (threads === 0 ? Promise.all(worked) : Promise.race([stopped, Promise.all(worked)]));
    },
    async close() {
      await Promise.all(hands.map((hand) => hand.close()));
    },
  };
}

async function takeAll(
  hand: SweepHand,
  waiting: SweepJob[],
  onScore: OnScore,
  signal: AbortSignal,
): Promise<void> {
  for (let job = waiting.shift(); job !== undefined && !signal.aborted; job = waiting.shift())
    await hand.work(job, onScore);
}
