/**
 * The cycle without LangGraph: the same nodes in the same order, for backtests, benchmarks and rehearsals. It keeps no
 * checkpoints, so it cannot wait: a person it asks has to have answered.
 */
import { AppError } from '#domain/errors.ts';
import type { NodeName } from '#domain/run.ts';
import type { CycleNode } from './define-node.ts';
import type { CycleDeps } from './deps.ts';
import { place, record } from './nodes/act.ts';
import { approval, asksPerson, close } from './nodes/approve.ts';
import { executor, gate, propose, risk } from './nodes/decide.ts';
import { breaker, guardian, isHalted, protect } from './nodes/guard.ts';
import { indicators, qtable } from './nodes/measure.ts';
import { observe } from './nodes/observe.ts';
import { context, contextTasks, scanner } from './nodes/think.ts';
import { applyPatch, type CycleState, initialState, type RunRequest } from './state.ts';

type Step = CycleNode<CycleState, CycleDeps>;

/**
 * Runs one cycle to its record and gives the last state.
 * @throws AppError `internal` when the record cannot be kept; RunParked when a person has not answered yet
 */
export async function runCycle(request: RunRequest, deps: CycleDeps): Promise<CycleState> {
  const state = await walkFrom('observe', initialState(request), deps);
  try {
    return applyPatch(state, await record.run(state, deps));
  } catch (cause) {
    throw new AppError('internal', `run ${request.runId} ended without a record`, { cause });
  } finally {
    deps.frames.drop(request.runId);
  }
}

/**
 * Walks the cycle's nodes from this one on, with what those before it left in `begun`; all of them but `record`. Gives
 * the state at the end, a failure in it included.
 */
export async function walkFrom(from: NodeName, begun: CycleState, deps: CycleDeps): Promise<CycleState> {
  let state = begun;
  let isReached = false;
  const goesThrough = (name: NodeName): boolean => {
    isReached ||= name === from;
    return isReached && state.failure === null;
  };
  const walk = async (...steps: readonly Step[]) => {
    for (const step of steps)
      if (goesThrough(step.name)) state = applyPatch(state, await step.run(state, deps));
  };
  await walk(observe, indicators, qtable, breaker, guardian);
  if (isHalted(state)) {
    await walk(protect);
    return state;
  }
  await walk(scanner);
  if (goesThrough('context') && state.subjects.length > 0) {
    const tasks = contextTasks(state);
    const patches = await Promise.all(tasks.map((task) => context.run(task, deps)));
    for (const patch of patches) state = applyPatch(state, patch);
  }
  if (state.subjects.length === 0) return state;
  await walk(propose, gate, risk, executor);
  if (asksPerson(state, deps)) await walk(close, approval);
  await walk(place);
  return state;
}
