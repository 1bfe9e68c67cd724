/** Who does a sweep's jobs one after the other: a thread, or this very one. */
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

export interface SweepHand {
  /** One job at a time. A hand that has failed is of no use any more. @throws what the job or `onScore` throws */
  work(job: SweepJob, onScore: OnScore): Promise<void>;
  /** A set that is under way is left undone. */
  close(): Promise<void>;
}

/** `program`: the command line's own file. */
export function startHand(program: string): SweepHand {
  const thread = new Worker(program, { argv: [SWEEP_COMMAND], env: {} });
  let hear: OnScore = () => {};
  let becomeReady = () => {};
  const nextReady = () =>
    new Promise<void>((resolve) => {
      becomeReady = resolve;
    });
  // A thread says that it is ready when it begins and after each job.
  let ready = nextReady();
  const broken = new Promise<never>((_resolve, reject) => {
    thread.once('error', reject);
    thread.once('exit', (code) =>
      reject(new AppError('internal', `a thread of the sweep ended with ${code}`)),
    );
    thread.on('message', (message: FromSweepThread) => {
      if (message.kind === 'ready') return becomeReady();
      try {
        hear(message.key, message.score);
      } catch (thrown) {
        // A score that cannot be kept ends the sweep, as it would without threads.
        reject(thrown);
      }
    });
  });
  broken.catch(() => {});
  return {
    async work(job, onScore) {
      await Promise.race([ready, broken]);
      hear = onScore;
      ready = nextReady();
      thread.postMessage(job);
      await Promise.race([ready, broken]);
    },
    close: async () => void (await thread.terminate()),
  };
}

/** Works here, and lets everything else have its turn between two sets; a signal is heard there. */
export function ownHand(signal: AbortSignal): SweepHand {
  return {
    async work(job, onScore) {
      for (const { key, score } of scoresOf(job)) {
        onScore(key, score);
        await setImmediate();
        if (signal.aborted) return;
      }
    },
    close: async () => {},
  };
}

export function* scoresOf({ market, strategy, sets, costs }: SweepJob) {
  for (const { key, parameters } of sets)
    yield { key, score: scoreSet(strategyOf(strategy), parameters, market.market, market.plan, costs) };
}
