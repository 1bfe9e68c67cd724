/**
 * Runs and resumes: claims a run, keeps its heartbeat, walks it through its graph and cleans up behind it.
 * Whoever dies with a run leaves it to the sweeper of another process, which goes on from the last checkpoint.
 */
import { AppError, toAppError } from '#domain/errors.ts';
import type { CycleRecord, RunSummary } from '#domain/run.ts';
import { parseSymbol } from '#domain/symbol.ts';
import type { Clock } from '#domain/time.ts';
import type { AnalysisDeps, CycleDeps, RunControl } from '#graphs/deps.ts';
import type { GraphOutcome, GraphRunner } from '#graphs/graph-runner.ts';
import type { RunRequest } from '#graphs/state.ts';
import type { Logger } from '../telemetry/logger.ts';
import { brokenRecord } from './broken-record.ts';
import { startPulse } from './run-pulse.ts';

export interface EngineRuns {
  get(runId: string): Promise<RunSummary | null>;
  runContext(runId: string): Promise<{
    readonly seed: number;
    readonly promptSetId: string;
    readonly startedAtMs: number;
    readonly question: string | null;
    readonly symbols: readonly string[];
    readonly deskId: string;
    readonly kind: RunRequest['kind'];
  } | null>;
  markRunning(runId: string, owner: string, atMs: number): Promise<boolean>;
  /** Gives up a run that waits for a person; whoever goes on with it is not kept waiting for this process. */
  park(runId: string, owner: string): Promise<boolean>;
  /** Parked runs that need not wait any more. */
  due(): Promise<readonly { readonly runId: string; readonly deskId: string }[]>;
  takeOver(runId: string, owner: string, atMs: number, staleBeforeMs: number): Promise<boolean>;
  heartbeat(runId: string, owner: string, atMs: number): Promise<boolean>;
  isCancelRequested(runId: string): Promise<boolean>;
  record(runId: string): Promise<CycleRecord | null>;
  stale(staleBeforeMs: number): Promise<readonly RunSummary[]>;
  /** Marks the spans a killed process left open. */
  loseOpenSpans(runId: string): Promise<void>;
  end(runId: string, status: 'failed' | 'cancelled' | 'lost', reason: string, atMs: number): Promise<boolean>;
}

export interface EngineOptions {
  /** Names this process in the rows it works on. */
  readonly owner: string;
  readonly runs: EngineRuns;
  readonly graphs: GraphRunner;
  readonly wallClock: Clock;
  /** Market time a new run of this desk decides on. */
  readonly marketNowMs: (deskId: string) => number;
  readonly mode: RunRequest['mode'];
  /** Whether a desk lives on this process's market: on another one's candles its runs would decide nonsense. */
  readonly isOwnDesk: (deskId: string) => boolean;
  /** A run whose owner has been silent this long is taken over. */
  readonly staleAfterMs: number;
  readonly cycleDeps: (deskId: string, control: RunControl) => Promise<CycleDeps>;
  readonly analysisDeps: (deskId: string, control: RunControl) => Promise<AnalysisDeps>;
  /** Forks and shadows: without checkpoints, as they can be done from their start again. */
  readonly decideAgain: (request: RunRequest, control: RunControl) => Promise<GraphOutcome>;
  /** Told once for each start and each end this process saw. */
  readonly onStarted: (runId: string) => Promise<void>;
  readonly onEnded: (runId: string) => Promise<void>;
  readonly logger: Logger;
}

export type Execution = GraphOutcome | 'elsewhere';

export interface RunEngine {
  /** Runs or resumes one run to its end. `elsewhere` when another process works on it, or it has ended. */
  execute(runId: string): Promise<Execution>;
  /** Picks up runs whose process died. Gives how many it brought to their end. */
  sweep(): Promise<number>;
  /** Goes on with parked runs that need not wait any more; gives what it began. */
  wake(): Promise<readonly Promise<Execution>[]>;
  /** No new step starts; resolves when every run of this process stands at a checkpoint. */
  drain(): Promise<void>;
}

export const STALE_AFTER_MS = 5_000;
const TAKEN_UP_AT_ONCE = 4;

export function createRunEngine(options: EngineOptions): RunEngine {
  const { runs, graphs, owner, wallClock, logger } = options;
  const active = new Map<string, Promise<Execution>>();
  const draining = new AbortController();
  let rehearsal: Promise<unknown> | null = null;

  async function claim(runId: string): Promise<boolean> {
    const nowMs = wallClock.nowMs();
    return (
      (await runs.markRunning(runId, owner, nowMs)) ||
      runs.takeOver(runId, owner, nowMs, nowMs - options.staleAfterMs)
    );
  }

  async function walk(runId: string): Promise<Execution> {
    if (!(await claim(runId))) return 'elsewhere';
    const pulse = startPulse(runId, options);
    try {
      const [resumed, begun] = await Promise.all([graphs.resumable(runId), newRequest(runId, options)]);
      const told = options.onStarted(runId).catch((err: unknown) => {
        logger.warn({ runId, err }, 'pages were not told that a run has started');
      });
      const request = resumed ?? begun;
      const outcome = await walkGraph(request, pulse.control, { ...options, draining: draining.signal });
      await told;
      if (outcome === 'finished') await finish(runId, pulse.isCancelled(), options);
      if (outcome === 'parked') await park(runId);
      return outcome;
    } catch (thrown) {
      if (pulse.isTakenOver()) return 'elsewhere';
      await fail(runId, thrown, options);
      return 'finished';
    } finally {
      pulse.stop();
    }
  }

  /** Where that fails the run stays in this process's name, and the sweeper of any takes it up. */
  async function park(runId: string): Promise<void> {
    await runs
      .park(runId, owner)
      .catch((err: unknown) => logger.warn({ runId, err }, 'a waiting run could not be left to others'));
  }

  function execute(runId: string): Promise<Execution> {
    if (draining.signal.aborted) return Promise.resolve('elsewhere');
    const running = active.get(runId);
    if (running) return running;
    const walking = walk(runId).finally(() => active.delete(runId));
    active.set(runId, walking);
    return walking;
  }

  /** One at a time, and no other run waits for it: it may be one that only waits for its turn. */
  function takeUpRehearsal(lost: RunSummary | undefined): void {
    if (lost === undefined || rehearsal !== null) return;
    rehearsal = execute(lost.runId)
      .catch((err: unknown) => logger.warn({ err, runId: lost.runId }, 'a run could not be taken up'))
      .finally(() => {
        rehearsal = null;
      });
  }

  return {
    execute,
    async sweep() {
      const stale = await runs.stale(wallClock.nowMs() - options.staleAfterMs);
      const own = stale.filter(({ deskId }) => options.isOwnDesk(deskId));
      const lost = own.filter((run) => !isRehearsal(run)).slice(0, TAKEN_UP_AT_ONCE);
      takeUpRehearsal(own.find(isRehearsal));
      const ends = await Promise.all(
        lost.map(({ runId }) => {
          logger.warn({ runId }, 'taking up a run its process left');
          return execute(runId);
        }),
      );
      for (const runId of await graphs.kept()) if (!active.has(runId)) await cleanUp(runId, options);
      return ends.filter((end) => end === 'finished').length;
    },
    async wake() {
      const due = (await runs.due()).filter(({ deskId }) => options.isOwnDesk(deskId));
      return due.map(({ runId }) =>
        execute(runId).catch((err: unknown) => {
          logger.warn({ runId, err }, 'a waiting run could not be taken up; it is tried again');
          return 'elsewhere' as const;
        }),
      );
    },
    async drain() {
      draining.abort(new AppError('run_interrupted', 'the process is stopping'));
      graphs.drain('the process is stopping');
      await Promise.allSettled(active.values());
    },
  };
}

async function walkGraph(
  request: RunRequest,
  control: RunControl,
  options: EngineOptions & { readonly draining: AbortSignal },
): Promise<GraphOutcome> {
  const { kind, deskId } = request;
  if (kind === 'cycle') return options.graphs.runCycle(request, await options.cycleDeps(deskId, control));
  if (kind === 'analysis')
    return options.graphs.runAnalysis(request, await options.analysisDeps(deskId, control));
  // Between its steps there is nothing to go on from: a drain ends it where it stands, and another process begins anew.
  const signal = AbortSignal.any([control.signal, options.draining]);
  return options.decideAgain(request, { ...control, signal });
}

async function newRequest(runId: string, options: EngineOptions): Promise<RunRequest> {
  const context = await options.runs.runContext(runId);
  if (context === null) throw new AppError('not_found', `run ${runId} is not in the database`);
  return {
    ...context,
    runId,
    mode: options.mode,
    symbols: context.symbols.map(parseSymbol),
    marketNowMs: options.marketNowMs(context.deskId),
  };
}

async function finish(runId: string, wasCancelled: boolean, options: EngineOptions): Promise<void> {
  const run = await options.runs.get(runId);
  if (run?.status === 'running') {
    throw new AppError(
      'internal',
      `run ${runId} ended without a record${wasCancelled ? ' after a cancel' : ''}`,
    );
  }
  if (isRehearsal(run)) await options.runs.loseOpenSpans(runId);
  await options.graphs.forget(runId);
  await options.onEnded(runId);
}

/** An attempt that was killed may have opened spans which the one that came to its end did not. */
function isRehearsal(run: RunSummary | null): boolean {
  return run !== null && run.forkOf !== null;
}

/** A process that died after its run's end left checkpoints, an open span and nobody told; of a cancelled run, no record. */
async function cleanUp(runId: string, options: EngineOptions): Promise<void> {
  const run = await options.runs.get(runId);
  if (run?.finishedAtMs == null || run.finishedAtMs > options.wallClock.nowMs() - options.staleAfterMs)
    return;
  await options.runs.loseOpenSpans(runId);
  if ((await options.runs.record(runId)) === null) {
    const cut = new AppError('run_interrupted', run.reason ?? 'its process died');
    await saveBroken(runId, cut, options);
  }
  await options.graphs.forget(runId);
  await options.onEnded(runId);
}

/** A run that broke outside its nodes still gets a record; when even that cannot be written, the sweeper tries again. */
async function fail(runId: string, thrown: unknown, options: EngineOptions): Promise<void> {
  const failure = toAppError(thrown);
  options.logger.error({ runId, err: thrown }, 'a run broke outside its nodes');
  try {
    await saveBroken(runId, failure, options);
    await options.graphs.forget(runId);
    await options.onEnded(runId);
  } catch (again) {
    options.logger.error(
      { runId, err: again },
      'its record could not be written; the sweeper will try again',
    );
  }
}

async function saveBroken(runId: string, failure: AppError, options: EngineOptions): Promise<void> {
  const request = (await options.graphs.resumable(runId)) ?? (await newRequest(runId, options));
  const deps = await options.analysisDeps(request.deskId, {
    signal: new AbortController().signal,
    isCancelled: async () => false,
  });
  await deps.records.save(brokenRecord(request, failure, options.wallClock.nowMs()));
}
