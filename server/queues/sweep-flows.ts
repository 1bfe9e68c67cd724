/**
 * Sweeps over machines as BullMQ flows on Redis: a parent for each sweep, a child for each chunk. A worker that dies is
 * noticed by its lock and its chunk handed on; what a finished chunk gave stays with the parent until that is removed.
 */
import { createRedisBackend, withBackend } from 'bullmq';
import { AppError, toAppError } from '#domain/errors.ts';
import type { SetScore } from '#tools/evaluation/score-set.ts';
import { SweepChunk, SweepDescription } from '../study/sweep-chunks.ts';
import type { Logger } from '../telemetry/logger.ts';
import { connectRedis, redisPlace } from './redis.ts';

const SWEEPS = 'vigil-sweeps';
/** A queue for each sweep: whoever cannot work on one takes nothing of it, and keeps nobody from another. */
const chunksOf = (sweepId: string) => `vigil-sweep-${sweepId}`;

const handingOn = { lockDuration: 5_000, stalledInterval: 2_000, maxStalledCount: 3 } as const;
const REMOVED = { removeOnComplete: true, removeOnFail: true } as const;
const MOST_SWEEPS = 100;

/** A set's key and score, as a chunk gives them. */
export type ChunkScores = readonly (readonly [key: string, score: SetScore])[];

export interface FlowLook {
  /** Of the chunks that are done. */
  readonly scores: ChunkScores;
  readonly unfinished: number;
  /** Why chunks could not be done. */
  readonly failures: readonly string[];
  /** Processes that take chunks of it now. */
  readonly workers: number;
}

export interface AskedSweep {
  readonly sweepId: string;
  readonly description: SweepDescription;
}

export interface SweepFlows {
  /** `127.0.0.1:6379` */
  readonly place: string;
  /** A sweep that is there already is left as it is. */
  put(asked: AskedSweep, chunks: readonly SweepChunk[]): Promise<void>;
  /** Null for a sweep that is not there. */
  look(sweepId: string): Promise<FlowLook | null>;
  /** With all its chunks. @throws AppError `conflict` while one is being worked on */
  remove(sweepId: string): Promise<void>;
  /** Those that have chunks to do, oldest first. */
  unfinished(): Promise<readonly AskedSweep[]>;
  /** Takes chunks of a sweep until it is closed, which waits for those under way. One that `work` throws at has failed. */
  serve(sweepId: string, work: (chunk: SweepChunk) => Promise<ChunkScores>, concurrency: number): Serving;
  close(): Promise<void>;
}

export interface Serving {
  close(): Promise<void>;
}

/** @throws AppError `queue_unavailable`, here and in every call while Redis is away */
export async function openSweepFlows(redisUrl: string, logger: Logger): Promise<SweepFlows> {
  const redis = await connectRedis(redisUrl, logger);
  const { Queue, Worker, FlowProducer } = withBackend(createRedisBackend);
  const note = (err: Error) => logger.warn({ err }, 'sweep queue');
  const unread = new Set<string>();

  /** Another build may have left one behind that asks for what this one does not know: it is told once and passed over. */
  function readSweep(sweepId: string, data: unknown): AskedSweep | null {
    const read = SweepDescription.safeParse(data);
    if (read.success) return { sweepId, description: read.data };
    if (!unread.has(sweepId))
      logger.warn({ sweepId, err: read.error }, 'a sweep that cannot be read is passed over');
    unread.add(sweepId);
    return null;
  }
  const sweeps = new Queue<SweepDescription>(SWEEPS, { connection: redis.asking });
  const producer = new FlowProducer({ connection: redis.asking });
  sweeps.on('error', note);
  producer.on('error', note);

  const ask = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    try {
      return await call();
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      throw new AppError(
        'queue_unavailable',
        `Redis at ${redisPlace(redisUrl)} does not answer: ${toAppError(cause).message}`,
        { cause },
      );
    }
  };

  async function withChunks<Result>(
    sweepId: string,
    work: (queue: InstanceType<typeof Queue<SweepChunk, ChunkScores>>) => Promise<Result>,
  ): Promise<Result> {
    const queue = new Queue<SweepChunk, ChunkScores>(chunksOf(sweepId), { connection: redis.asking });
    queue.on('error', note);
    try {
      return await work(queue);
    } finally {
      await queue.close();
    }
  }

  return {
    place: redisPlace(redisUrl),
    put: ({ sweepId, description: data }, chunks) =>
      ask(async () => {
        await producer.add({
          ...{ name: 'sweep', queueName: SWEEPS, data, opts: { jobId: sweepId, ...REMOVED } },
          children: chunks.map((chunk) => ({
            ...{ name: 'chunk', queueName: chunksOf(sweepId), data: chunk },
            opts: { jobId: idOf(chunk), ignoreDependencyOnFailure: true, ...REMOVED },
          })),
        });
      }),
    look: (sweepId) =>
      ask(async () => {
        const parent = await sweeps.getJob(sweepId);
        if (parent === undefined) return null;
        const [{ unprocessed = 0 }, values, failures, workers] = await Promise.all([
          parent.getDependenciesCount({ unprocessed: true }),
          parent.getChildrenValues<ChunkScores>(),
          parent.getIgnoredChildrenFailures(),
          withChunks(sweepId, (queue) => queue.getWorkersCount()),
        ]);
        const scores = Object.values(values).flat();
        return { scores, unfinished: unprocessed, failures: Object.values(failures), workers };
      }),
    remove: (sweepId) =>
      ask(async () => {
        const parent = await sweeps.getJob(sweepId);
        if (parent === undefined) return;
        await parent.remove({ removeChildren: true }).catch((cause: unknown) => {
          const reason = 'a part of the sweep is being worked on: wait until it is done, or stop its worker';
          throw new AppError('conflict', reason, { cause });
        });
        await withChunks(sweepId, (queue) => queue.obliterate({ force: true }));
      }),
    unfinished: () =>
      ask(async () => {
        const parents = await sweeps.getJobs(['waiting-children'], 0, MOST_SWEEPS - 1);
        return parents
          .sort((left, right) => left.timestamp - right.timestamp)
          .map(({ id = '', data }) => readSweep(id, data))
          .filter((sweep) => sweep !== null);
      }),
    serve(sweepId, work, concurrency) {
      const worker = new Worker<SweepChunk, ChunkScores>(
        chunksOf(sweepId),
        ({ data }) => work(SweepChunk.parse(data)),
        { connection: redis.working, concurrency, ...handingOn },
      );
      worker.on('error', (err) => logger.warn({ err }, 'sweep worker'));
      return { close: () => worker.close() };
    },
    async close() {
      await Promise.all([sweeps, producer].map((one) => one.close().catch(note)));
      await redis.close();
    },
  };
}

function idOf({ market, strategy, from }: SweepChunk): string {
  return `${market}-${strategy}-${from}`;
}
