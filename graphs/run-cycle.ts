/** The cycle without LangGraph: the same nodes in the same order, for backtests and benchmarks. Keeps no checkpoints. */
import { AppError } from '#domain/errors.ts';
import type { CycleNode } from './define-node.ts';
import type { CycleDeps } from './deps.ts';
import { place, record } from './nodes/act.ts';
import { executor, gate, propose, risk } from './nodes/decide.ts';
import { breaker, guardian, isHalted, protect } from './nodes/guard.ts';
import { indicators, qtable } from './nodes/measure.ts';
import { observe } from './nodes/observe.ts';
import { context, contextTasks, scanner } from './nodes/think.ts';
import { applyPatch, type CycleState, initialState, type RunRequest } from './state.ts';

type Step = CycleNode<CycleState, CycleDeps>;

/** Runs one cycle to its record and gives the last state. @throws AppError `internal` when the record cannot be kept */
export async function runCycle(request: RunRequest, deps: CycleDeps): Promise<CycleState> {
  let state = initialState(request);
  const walk = async (steps: readonly Step[]) => {
    for (const step of steps)
      if (state.failure === null) state = applyPatch(state, await step.run(state, deps));
  };
  await walk([observe, indicators, qtable, breaker, guardian]);
  if (isHalted(state) && state.failure === null) await walk([protect]);
  else await walk([scanner]);
  if (state.failure === null && state.subjects.length > 0) {
    const before = state;
    const patches = await Promise.all(contextTasks(before).map((task) => context.run(task, deps)));
    for (const patch of patches) state = applyPatch(state, patch);
    await walk([propose, gate, risk, executor, place]);
  }
  try {
    return applyPatch(state, await record.run(state, deps));
  } catch (cause) {
    throw new AppError('internal', `run ${request.runId} ended without a record`, { cause });
  } finally {
    deps.frames.drop(request.runId);
  }
}
