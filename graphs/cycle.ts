/**
 * The trading cycle, top to bottom. Every edge also leads to `record` when its node failed: no path ends elsewhere.
 * Nodes get their ports through LangGraph's context; the state holds nothing that a checkpoint could not keep.
 *
 * `langgraph/web` is the same library without AsyncLocalStorage: on Node 20 its promise hooks slow down everything the
 * process does, a cycle by a quarter (docs/bench.md). We pass what it would carry as arguments.
 */
import {
  type BaseCheckpointSaver,
  END,
  GraphInterrupt,
  Send,
  START,
  StateGraph,
} from '@langchain/langgraph/web';
import { CycleChannels } from './channels.ts';
import type { CycleNode, NodeInput } from './define-node.ts';
import type { AnalysisDeps, CycleDeps } from './deps.ts';
import { place, record } from './nodes/act.ts';
import { approval, asksPerson, close } from './nodes/approve.ts';
import { executor, gate, propose, risk } from './nodes/decide.ts';
import { breaker, guardian, isHalted, protect } from './nodes/guard.ts';
import { indicators, qtable } from './nodes/measure.ts';
import { observe } from './nodes/observe.ts';
import { context, contextTasks, scanner } from './nodes/think.ts';
import { RunParked } from './parked.ts';
import type { CyclePatch, CycleState } from './state.ts';

export interface GraphContext<Deps> {
  readonly deps: Deps;
}

export function buildCycleGraph(checkpointer?: BaseCheckpointSaver) {
  return new StateGraph(CycleChannels)
    .addNode('observe', asGraphNode(observe))
    .addNode('indicators', asGraphNode(indicators))
    .addNode('qtable', asGraphNode(qtable))
    .addNode('breaker', asGraphNode(breaker))
    .addNode('guardian', asGraphNode(guardian))
    .addNode('protect', asGraphNode(protect))
    .addNode('scanner', asGraphNode(scanner))
    .addNode('context', asGraphNode(context))
    .addNode('propose', asGraphNode(propose))
    .addNode('gate', asGraphNode(gate))
    .addNode('risk', asGraphNode(risk))
    .addNode('executor', asGraphNode(executor))
    .addNode('close', asGraphNode(close))
    .addNode('approval', asGraphNode(approval))
    .addNode('place', asGraphNode(place))
    .addNode('record', asGraphNode(record))
    .addEdge(START, 'observe')
    .addConditionalEdges('observe', unlessFailed('indicators'), ['indicators', 'record'])
    .addConditionalEdges('indicators', unlessFailed('qtable'), ['qtable', 'record'])
    .addConditionalEdges('qtable', unlessFailed('breaker'), ['breaker', 'record'])
    .addConditionalEdges('breaker', unlessFailed('guardian'), ['guardian', 'record'])
    .addConditionalEdges('guardian', haltedOrClear, ['protect', 'scanner', 'record'])
    .addEdge('protect', 'record')
    .addConditionalEdges('scanner', eachSubject, ['context', 'record'])
    .addConditionalEdges('context', unlessFailed('propose'), ['propose', 'record'])
    .addConditionalEdges('propose', unlessFailed('gate'), ['gate', 'record'])
    .addConditionalEdges('gate', unlessFailed('risk'), ['risk', 'record'])
    .addConditionalEdges('risk', unlessFailed('executor'), ['executor', 'record'])
    .addConditionalEdges('executor', askedOrNot, ['close', 'place', 'record'])
    .addConditionalEdges('close', unlessFailed('approval'), ['approval', 'record'])
    .addConditionalEdges('approval', unlessFailed('place'), ['place', 'record'])
    .addEdge('place', 'record')
    .addEdge('record', END)
    .compile({ checkpointer: checkpointer ?? false });
}

function haltedOrClear(state: CycleState): 'protect' | 'scanner' | 'record' {
  if (state.failure !== null) return 'record';
  return isHalted(state) ? 'protect' : 'scanner';
}

function eachSubject(state: CycleState): Send[] | 'record' {
  if (state.failure !== null || state.subjects.length === 0) return 'record';
  return contextTasks(state).map((task) => new Send('context', task));
}

function askedOrNot(
  state: CycleState,
  runtime: { readonly context?: unknown },
): 'close' | 'place' | 'record' {
  if (state.failure !== null) return 'record';
  return asksPerson(state, depsOf<CycleDeps>(runtime, 'executor')) ? 'close' : 'place';
}

export function unlessFailed<Next extends string>(next: Next): (state: CycleState) => Next | 'record' {
  return (state) => (state.failure === null ? next : 'record');
}

/** Gives a node its ports out of the run's context, where LangGraph types nothing. */
export function asGraphNode<Input extends NodeInput, Deps extends AnalysisDeps>(
  node: CycleNode<Input, Deps>,
) {
  return async (input: Input, runtime: { readonly context?: unknown }): Promise<CyclePatch> => {
    try {
      return await node.run(input, depsOf<Deps>(runtime, node.name));
    } catch (thrown) {
      if (thrown instanceof RunParked) throw interruptOf(thrown);
      throw thrown;
    }
  };
}

function depsOf<Deps>({ context }: { readonly context?: unknown }, wantedBy: string): Deps {
  const { deps } = (context ?? {}) as Partial<GraphContext<Deps>>;
  if (deps === undefined) throw new Error(`the graph was invoked without deps for ${wantedBy}`);
  return deps;
}

/** What the library's own `interrupt()` throws; that one finds its run by AsyncLocalStorage, which is not there. */
function interruptOf({ approval }: RunParked): GraphInterrupt {
  const { approvalId, deadlineAtMs } = approval;
  return new GraphInterrupt([{ id: approvalId, value: { approvalId, deadlineAtMs } }]);
}
