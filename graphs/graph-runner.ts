/** Runs the graphs with checkpoints in Postgres: one thread for each run, resumed where it stopped, deleted at its end. */
import { GraphDrained, isInterrupted, RunControl } from '@langchain/langgraph/web';
import type { Pool } from 'pg';
import { AppError } from '#domain/errors.ts';
import './without-run-trees.ts';
import { buildAnalysisGraph } from './analysis.ts';
import { CHECKPOINT_SCHEMA, Checkpointer } from './checkpointer.ts';
import { buildCycleGraph } from './cycle.ts';
import type { AnalysisDeps, CycleDeps } from './deps.ts';
import { initialState, type RunRequest } from './state.ts';

/**
 * `drained`: stopped between two nodes with its checkpoint kept, to go on elsewhere. `parked`: waits in its checkpoint for
 * a person, and goes on when it is run again.
 */
export type GraphOutcome = 'finished' | 'drained' | 'parked';

export interface GraphRunner {
  /** The request a killed run started with; null when it left no checkpoint. */
  resumable(runId: string): Promise<RunRequest | null>;
  runCycle(request: RunRequest, deps: CycleDeps): Promise<GraphOutcome>;
  runAnalysis(request: RunRequest, deps: AnalysisDeps): Promise<GraphOutcome>;
  /** Runs that have checkpoints: those under way, and those whose process died between record and clean-up. */
  kept(): Promise<string[]>;
  /** Deletes the checkpoints of a run that has its record. */
  forget(runId: string): Promise<void>;
  /** Stops every running graph before its next node. */
  drain(reason: string): void;
}

/** Creates the checkpoint tables. Races with itself, so it belongs to the migration step, under its lock. */
export async function migrateCheckpoints(pool: Pool): Promise<void> {
  await new Checkpointer(pool, () => 0).setup();
}

export function createGraphRunner(pool: Pool, elapsedMs: () => number): GraphRunner {
  const checkpointer = new Checkpointer(pool, elapsedMs);
  const cycle = buildCycleGraph(checkpointer);
  const analysis = buildAnalysisGraph(checkpointer);
  const controls = new Set<RunControl>();
  const threadOf = (runId: string) => ({ configurable: { thread_id: runId } });

  async function run(
    graph: typeof cycle | typeof analysis,
    request: RunRequest,
    deps: AnalysisDeps,
  ): Promise<GraphOutcome> {
    const control = new RunControl();
    controls.add(control);
    const hasCheckpoint = (await checkpointer.getTuple(threadOf(request.runId))) !== undefined;
    try {
      const ended = await graph.invoke(hasCheckpoint ? null : initialState(request), {
        ...threadOf(request.runId),
        context: { deps },
        durability: 'sync',
        recursionLimit: 40,
        signal: deps.control.signal,
        control,
      });
      if (ended === undefined) throw new AppError('internal', `run ${request.runId} ended without a state`);
      await checkpointer.written(request.runId);
      return isInterrupted(ended) ? 'parked' : 'finished';
    } catch (thrown) {
      if (!(thrown instanceof GraphDrained)) throw thrown;
      await checkpointer.written(request.runId);
      return 'drained';
    } finally {
      controls.delete(control);
      checkpointer.lookAnew(request.runId);
      deps.frames.drop(request.runId);
    }
  }

  return {
    async resumable(runId) {
      checkpointer.lookAnew(runId);
      const { values } = await cycle.getState(threadOf(runId));
      return (values as { request?: RunRequest }).request ?? null;
    },
    runCycle: (request, deps) => run(cycle, request, deps),
    runAnalysis: (request, deps) => run(analysis, request, deps),
    async kept() {
      const { rows } = await pool.query<{ thread_id: string }>(
        `select distinct thread_id from ${CHECKPOINT_SCHEMA}.checkpoints`,
      );
      return rows.map(({ thread_id }) => thread_id);
    },
    forget: (runId) => checkpointer.deleteThread(runId),
    drain(reason) {
      for (const control of controls) control.requestDrain(reason);
    },
  };
}
