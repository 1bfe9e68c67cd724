/**
 * Looks now and then whether what was recorded asks for a new Q-table, and has one trained in a process of its own that
 * gives way to the desks. It stores a version and promotes nothing.
 */
import { spawn } from 'node:child_process';
import { AppError } from '#domain/errors.ts';
import type { RetrainFacts } from '#domain/retraining.ts';
import { DAY_MS, HOUR_MS } from '#domain/time.ts';
import { retrainReasons } from '#tools/qtable/retrain-reasons.ts';
import type { AdvisoryLocks } from '../engine/advisory-locks.ts';
import { giveWay } from '../give-way.ts';
import type { Logger } from '../telemetry/logger.ts';

export const LOOK_EVERY_MS = HOUR_MS;
/** Whatever came of it: a venue without stored candles is not asked each hour. */
const LEAST_BETWEEN_MS = DAY_MS;
const SAID_CHARACTERS = 2_000;

export interface RetrainWatchOptions {
  readonly deskId: string;
  readonly facts: (deskId: string) => Promise<RetrainFacts | null>;
  /** One training at a time in all processes of the market. */
  readonly locks: Pick<AdvisoryLocks, 'tryHold'>;
  readonly train: (deskId: string, signal: AbortSignal) => Promise<void>;
  /** Of the wall. */
  readonly nowMs: () => number;
  readonly logger: Logger;
}

export interface RetrainWatch {
  /** Waits until what it began has ended. */
  look(): Promise<void>;
  /** Ends a training that is under way. The next one begins anew: the span it learns from has moved on. */
  stop(): void;
}

/** What a training that is told to stop may take. */
const STOPS_WITHIN_MS = 5_000;

export function createRetrainWatch(options: RetrainWatchOptions): RetrainWatch {
  const { deskId, facts, locks, train, nowMs, logger } = options;
  const stopping = new AbortController();
  let begunAtMs = Number.NEGATIVE_INFINITY;
  return {
    async look() {
      if (stopping.signal.aborted || nowMs() - begunAtMs < LEAST_BETWEEN_MS) return;
      const recorded = await facts(deskId);
      const reasons = recorded === null ? [] : retrainReasons(recorded);
      if (reasons.length === 0) return;
      const lock = await locks.tryHold(`retrain ${deskId}`);
      if (lock === null) return;
      begunAtMs = nowMs();
      try {
        logger.info({ deskId, reasons }, 'a new Q-table is trained');
        await train(deskId, stopping.signal);
      } finally {
        await lock.release();
      }
    },
    stop: () => stopping.abort(),
  };
}

/** `program`: the command line's own file. It finds this process' environment. */
export function trainInChild(program: string, deskId: string, signal: AbortSignal): Promise<void> {
  const loader = program.endsWith('.ts') ? ['--import', 'tsx'] : [];
  const child = spawn(process.execPath, [...loader, program, 'retrain', '--desk', deskId, '--json'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // A Ctrl-C on the terminal is ours to hear, and reaches the training as one signal.
    detached: true,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-SAID_CHARACTERS);
  });
  giveWay(child.pid);
  let killing: NodeJS.Timeout | undefined;
  const stop = () => {
    child.kill('SIGTERM');
    killing = setTimeout(() => child.kill('SIGKILL'), STOPS_WITHIN_MS);
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  return new Promise((resolve, reject) => {
    const failed = (why: string) =>
      reject(new AppError('internal', `the Q-table of ${deskId} was not trained (${why}): ${said.trim()}`));
    child.once('error', ({ message }) => failed(message));
    child.once('close', (code, killedBy) => {
      clearTimeout(killing);
      signal.removeEventListener('abort', stop);
      if (code === 0 || signal.aborted) resolve();
      else failed(String(code ?? killedBy));
    });
  });
}
