/** A run's life beside its nodes: it says that it is alive, and hears that it is cancelled or was taken over. */
import { AppError } from '#domain/errors.ts';
import type { RunSummary } from '#domain/run.ts';
import type { Clock } from '#domain/time.ts';
import type { RunControl } from '#graphs/deps.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface PulseOptions {
  /** Names this process in the rows it works on. */
  readonly owner: string;
  readonly runs: {
    get(runId: string): Promise<Pick<RunSummary, 'status'> | null>;
    heartbeat(runId: string, owner: string, atMs: number): Promise<boolean>;
    isCancelRequested(runId: string): Promise<boolean>;
    end(runId: string, status: 'cancelled', reason: string, atMs: number): Promise<boolean>;
  };
  readonly wallClock: Clock;
  readonly logger: Pick<Logger, 'warn'>;
}

const HEARTBEAT_EVERY_MS = 1_000;
/** The next node begins within a few; one that begins later asks for itself. */
const AHEAD_COUNTS_MS = 50;

/** Keeps the run's heartbeat; a run another process took over is aborted here at once. */
export function startPulse(runId: string, { runs, owner, wallClock, logger }: PulseOptions) {
  const abort = new AbortController();
  let takenOver = false;
  let cancelled = false;
  // Nodes of one fan-out share a look.
  let asking: Promise<boolean> | null = null;
  // Since the last node has done its work.
  let ahead: { readonly asked: Promise<boolean>; readonly atMs: number } | null = null;
  const askOnce = () => {
    asking ??= runs.isCancelRequested(runId).finally(() => {
      asking = null;
    });
    return asking;
  };
  const newestLook = () => {
    // A clock that was set back makes no look newer.
    const isFresh = ahead !== null && Math.abs(wallClock.nowMs() - ahead.atMs) < AHEAD_COUNTS_MS;
    return ahead !== null && isFresh ? ahead.asked : askOnce();
  };
  const beat = async () => {
    if (await runs.heartbeat(runId, owner, wallClock.nowMs())) return;
    const run = await runs.get(runId);
    if (run?.status !== 'running') return;
    takenOver = true;
    abort.abort(new AppError('run_interrupted', `run ${runId} was taken over by another process`));
  };
  const timer = setInterval(() => {
    beat().catch((thrown: unknown) => logger.warn({ runId, err: thrown }, 'heartbeat failed'));
  }, HEARTBEAT_EVERY_MS);
  const control: RunControl = {
    signal: abort.signal,
    async isCancelled() {
      if (cancelled || !(await newestLook())) return cancelled;
      cancelled = true;
      // Ended before its record, so that the run keeps `cancelled` and the record tells how far it came.
      await runs.end(runId, 'cancelled', 'cancelled by request', wallClock.nowMs());
      return true;
    },
    lookAhead() {
      ahead = { asked: askOnce(), atMs: wallClock.nowMs() };
      // Whoever begins next hears of its failure.
      ahead.asked.catch(() => undefined);
    },
  };
  return {
    control,
    isTakenOver: () => takenOver,
    isCancelled: () => cancelled,
    stop: () => clearInterval(timer),
  };
}
