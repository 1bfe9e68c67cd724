/** The same sweep by whoever takes its chunks from Redis: this process puts them there and keeps what comes back. */
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '#domain/errors.ts';
import type { FlowLook, SweepFlows } from '../queues/sweep-flows.ts';
import { type Sweep, type SweepRequest, type SweepWatch, sweepOf, sweepQuestion } from './sweep.ts';
import {
  candlesOf,
  chunksOfSweep,
  type SweepChunk,
  type SweepDescription,
  setsOfChunk,
} from './sweep-chunks.ts';

export interface MachinesWatch extends Pick<SweepWatch, 'journal' | 'signal'> {
  readonly flows: SweepFlows;
  readonly code: string;
  /** Forgets what an earlier call has put to Redis. */
  readonly isFresh: boolean;
  onProgress(done: number, of: number, workers: number): void;
}

const LOOK_EVERY_MS = 500;

/**
 * Comes to the same as `runSweep`, wherever its chunks were walked. What was put to Redis outlives this process: called again
 * it goes on with that, and nothing that is finished is walked again.
 * @throws AppError `queue_unavailable`, `conflict`, `internal` for a chunk that cannot be done
 */
export async function runSweepOverMachines(
  request: SweepRequest,
  asked: Pick<SweepDescription, 'markets' | 'mostSets'>,
  watch: MachinesWatch,
): Promise<Sweep> {
  const { flows, journal, signal, code, isFresh } = watch;
  const sweepId = createHash('sha256')
    .update(JSON.stringify([sweepQuestion(request), code]))
    .digest('hex')
    .slice(0, 32);
  const chunks = chunksOfSweep(request);
  const keysOf = (chunk: SweepChunk) => setsOfChunk(request, chunk).map(({ key }) => key);
  const own = new Set(chunks.flatMap(keysOf));
  const missing = () => chunks.filter((chunk) => keysOf(chunk).some((key) => !journal.finished.has(key)));
  const keep = (look: FlowLook | null) => {
    for (const [key, score] of look?.scores ?? [])
      if (own.has(key) && !journal.finished.has(key)) journal.keep(key, score);
    const done = [...own].filter((key) => journal.finished.has(key)).length;
    watch.onProgress(done, own.size, look?.workers ?? 0);
    return done;
  };
  if (isFresh) await flows.remove(sweepId);
  let look = await flows.look(sweepId);
  const resumed = keep(look);
  while (missing().length > 0 && !signal.aborted) {
    if (look === null) {
      const description = {
        code,
        ...asked,
        strategies: [...request.grids.keys()],
        candles: candlesOf(request),
      };
      await flows.put({ sweepId, description }, missing());
    }
    look = await untilDone(() => flows.look(sweepId), keep, signal);
    if (look === null) continue;
    const [failure] = look.failures;
    if (failure !== undefined) {
      // The next call begins with what is kept; where other chunks are still being walked it finds the failure again.
      await flows.remove(sweepId).catch(() => {});
      throw new AppError('internal', `a chunk of the sweep cannot be done: ${failure}`);
    }
    if (look.unfinished > 0) break;
    await flows.remove(sweepId);
    look = null;
  }
  if (missing().length === 0) await flows.remove(sweepId);
  return sweepOf(request, journal, resumed);
}

/** The last look; null where the sweep has gone from Redis, which forgets what it is told to forget. */
async function untilDone(
  lookAgain: () => Promise<FlowLook | null>,
  keep: (look: FlowLook) => void,
  signal: AbortSignal,
): Promise<FlowLook | null> {
  for (;;) {
    const look = await lookAgain();
    if (look === null) return null;
    keep(look);
    if (look.unfinished === 0 || look.failures.length > 0 || signal.aborted) return look;
    await wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}
