/** Threads that take jobs of a sweep one after the other. */
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { AppError } from '#domain/errors.ts';
import { type SetScore, scoreSet } from '#tools/evaluation/score-set.ts';
import { strategyOf } from '#tools/strategies/registry.ts';
import { SWEEP_COMMAND } from './sweep-command.ts';
import type { SweepJob } from './sweep-job.ts';

export type FromSweepThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'score'; readonly key: string; readonly score: SetScore };

export type OnScore = (key: string, score: SetScore) => void;

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
  readonly threads: number;
  /** No more threads than jobs. */
  readonly most: number;
  readonly program: string;
  readonly signal: AbortSignal;
}): SweepPool {
  const workers = Array.from({ length: Math.min(threads, most) }, () => startThread(program));
  return {
    async run(jobs, onScore) {
      const waiting = [...jobs];
      if (workers.length === 0) await runHere(waiting, onScore, signal);
      else await Promise.all(workers.map((worker) => runOn(worker, waiting, onScore, signal)));
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function startThread(program: string): Worker {
  return new Worker(program, { argv: [SWEEP_COMMAND], env: {} });
}

/** Takes jobs until none is left. A thread that is ended in the middle of a set leaves that set undone. */
async function runOn(
  worker: Worker,
  waiting: SweepJob[],
  onScore: OnScore,
  signal: AbortSignal,
): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const failed = new Promise<never>((_resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) =>
      reject(new AppError('internal', `a thread of the sweep ended with ${code}`)),
    );
    worker.on('message', (message: FromSweepThread) => {
      if (message.kind !== 'score') return;
      try {
        onScore(message.key, message.score);
      } catch (thrown) {
        // A score that cannot be kept ends the sweep, as it would without threads.
        reject(thrown);
      }
    });
  });
  const ended = Promise.race([stopped.then(() => 'stopped' as const), failed]);
  ended.catch(() => {});
  for (;;) {
    if ((await Promise.race([ready(worker), ended])) === 'stopped') return;
    const job = waiting.shift();
    if (job === undefined) return;
    worker.postMessage(job);
  }
}

/** A thread says so when it begins and after each job. */
function ready(worker: Worker): Promise<'ready'> {
  return new Promise((resolve) => {
    const hear = (message: FromSweepThread) => {
      if (message.kind !== 'ready') return;
      worker.off('message', hear);
      resolve('ready');
    };
    worker.on('message', hear);
  });
}

async function runHere(jobs: readonly SweepJob[], onScore: OnScore, signal: AbortSignal): Promise<void> {
  for (const job of jobs)
    for (const { key, score } of scoresOf(job)) {
      onScore(key, score);
      // A signal is heard here, between two sets.
      await setImmediate();
      if (signal.aborted) return;
    }
}

export function* scoresOf({ market, strategy, sets, costs }: SweepJob) {
  for (const { key, parameters } of sets)
    yield { key, score: scoreSet(strategyOf(strategy), parameters, market.market, market.plan, costs) };
}
