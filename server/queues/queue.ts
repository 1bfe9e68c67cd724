/**
 * The queue that spreads work over processes: BullMQ on Postgres, or on Redis when REDIS_URL is set. Payloads are ids,
 * the row in the database is the truth, and finished jobs are removed.
 */
import {
  createPostgresBackend,
  createRedisBackend,
  type Job,
  type Queue,
  type Worker,
  withBackend,
} from 'bullmq';
import type { Pool } from 'pg';
import { AppError, toAppError } from '#domain/errors.ts';
import type { Logger } from '../telemetry/logger.ts';
import { connectRedis, redisPlace } from './redis.ts';

/** A desk's scheduled tick, or one run that somebody asked for. */
export type WorkPayload = { readonly deskId: string } | { readonly runId: string };

export interface WorkQueue {
  /** One scheduler for each desk; setting it again moves it. */
  scheduleDesk(deskId: string, everyMs: number): Promise<void>;
  unscheduleDesk(deskId: string): Promise<void>;
  schedules(): Promise<{ readonly deskId: string; readonly everyMs: number }[]>;
  /** Null for a desk that has no scheduler. */
  nextTickAtMs(deskId: string): Promise<number | null>;
  /** Of those that wait, one without a priority goes first, then the lower number. */
  enqueueRun(runId: string, options?: { readonly priority?: number }): Promise<void>;
  /** Starts working. A handler that throws fails its job, which keeps the reason. */
  work(handlers: WorkHandlers, concurrency: number): void;
  counts(): Promise<Record<string, number>>;
  failures(): Promise<{ readonly jobId: string; readonly name: string; readonly reason: string }[]>;
  close(): Promise<void>;
}

export interface WorkHandlers {
  tick(deskId: string, jobId: string): Promise<void>;
  run(runId: string): Promise<void>;
}

export type QueueBackend =
  | { readonly kind: 'postgres'; readonly pool: Pool }
  | { readonly kind: 'redis'; readonly url: string };

/** A worker that died is noticed by its lock, and its job handed on. */
const handingOn = { lockDuration: 5_000, stalledInterval: 2_000 } as const;
const KEPT_FAILURES = 200;
const MAX_SCHEDULERS = 500;
/** A worker whose back end is away would wait for it before it closes. */
const CLOSE_WITHIN_MS = 5_000;

/**
 * Queues of different names share nothing. A call fails with `queue_unavailable` while the back end is away; workers
 * wait until it is back.
 * @throws AppError `queue_unavailable`
 */
export async function openQueue(backend: QueueBackend, logger: Logger, name: string): Promise<WorkQueue> {
  const opened =
    backend.kind === 'postgres'
      ? openOnPostgres(backend.pool, name)
      : await openOnRedis(backend.url, name, logger);
  const { queue } = opened;
  const workers: Worker[] = [];
  queue.on('error', (err) => logger.warn({ err }, 'queue'));

  async function ask<Result>(call: () => Promise<Result>): Promise<Result> {
    try {
      return await call();
    } catch (cause) {
      throw new AppError(
        'queue_unavailable',
        `the queue on ${opened.place} does not answer: ${toAppError(cause).message}`,
        { cause },
      );
    }
  }

  return {
    async scheduleDesk(deskId, everyMs) {
      const job = { name: 'tick', data: { deskId }, opts: removal };
      await ask(() => queue.upsertJobScheduler(deskId, { every: everyMs }, job));
    },
    async unscheduleDesk(deskId) {
      await ask(() => queue.removeJobScheduler(deskId));
    },
    async schedules() {
      const there = await ask(() => queue.getJobSchedulers(0, MAX_SCHEDULERS));
      return there.map(({ key, every }) => ({ deskId: key, everyMs: Number(every ?? 0) }));
    },
    async nextTickAtMs(deskId) {
      const scheduler = await ask(() => queue.getJobScheduler(deskId));
      return scheduler?.next === undefined ? null : Number(scheduler.next);
    },
    async enqueueRun(runId, { priority } = {}) {
      const options = { ...removal, jobId: `run-${runId}`, ...(priority !== undefined && { priority }) };
      await ask(() => queue.add('run', { runId }, options));
    },
    work(handlers, concurrency) {
      const worker = opened.worker(async (job) => {
        if ('deskId' in job.data) await handlers.tick(job.data.deskId, job.id ?? '');
        else await handlers.run(job.data.runId);
      }, concurrency);
      worker.on('error', (err) => logger.warn({ err }, 'queue worker'));
      worker.on('failed', (job, err) => logger.error({ err, jobId: job?.id, data: job?.data }, 'job failed'));
      workers.push(worker);
    },
    counts: () => ask(() => queue.getJobCounts('waiting', 'active', 'delayed', 'failed')),
    async failures() {
      const jobs = await ask(() => queue.getFailed(0, KEPT_FAILURES));
      return jobs.map((job) => ({ jobId: job.id ?? '', name: job.name, reason: job.failedReason ?? '' }));
    },
    async close() {
      await Promise.all(workers.map((worker) => closeSoon(worker, logger)));
      await queue.close().catch((err: unknown) => logger.warn({ err }, 'queue'));
      await opened.release();
    },
  };
}

/** Waits until the worker's jobs have ended, for as long as that may take. */
async function closeSoon(worker: Worker, logger: Logger): Promise<void> {
  let deadline: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    deadline = setTimeout(resolve, CLOSE_WITHIN_MS);
  });
  const closed = worker.close().catch((err: unknown) => logger.warn({ err }, 'queue worker'));
  await Promise.race([closed, late]);
  clearTimeout(deadline);
}

const removal = { removeOnComplete: true, removeOnFail: { count: KEPT_FAILURES } } as const;

interface OpenedBackend {
  /** Names it to a person. */
  readonly place: string;
  readonly queue: Queue<WorkPayload, void, string>;
  worker(process: (job: Job<WorkPayload, void, string>) => Promise<void>, concurrency: number): Worker;
  release(): Promise<void>;
}

function openOnPostgres(pool: Pool, name: string): OpenedBackend {
  const { Queue: PgQueue, Worker: PgWorker } = withBackend(createPostgresBackend);
  const queue = new PgQueue<WorkPayload, void, string>(name, { connection: pool });
  return {
    place: 'Postgres',
    queue: queue as unknown as OpenedBackend['queue'],
    worker: (process, concurrency) =>
      new PgWorker<WorkPayload, void, string>(name, process as never, {
        connection: pool,
        concurrency,
        ...handingOn,
      }) as unknown as Worker,
    release: async () => {},
  };
}

async function openOnRedis(url: string, name: string, logger: Logger): Promise<OpenedBackend> {
  const redis = await connectRedis(url, logger);
  const { Queue: RedisQueue, Worker: RedisWorker } = withBackend(createRedisBackend);
  const queue = new RedisQueue<WorkPayload, void, string>(name, { connection: redis.asking });
  return {
    place: `Redis at ${redisPlace(url)}`,
    queue: queue as unknown as OpenedBackend['queue'],
    worker: (process, concurrency) =>
      new RedisWorker<WorkPayload, void, string>(name, process as never, {
        connection: redis.working,
        concurrency,
        ...handingOn,
      }) as unknown as Worker,
    release: () => redis.close(),
  };
}
