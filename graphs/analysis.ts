/** An analysis asked for over HTTP: the cycle's eyes and its Context agent, and nothing that could trade. */
import { type BaseCheckpointSaver, END, Send, START, StateGraph } from '@langchain/langgraph/web';
import { CycleChannels } from './channels.ts';
import { asGraphNode, unlessFailed } from './cycle.ts';
import { record } from './nodes/act.ts';
import { assessMarket } from './nodes/guard.ts';
import { indicators, qtable } from './nodes/measure.ts';
import { observeMarket } from './nodes/observe.ts';
import { context, contextTasks } from './nodes/think.ts';
import type { CycleState } from './state.ts';

export function buildAnalysisGraph(checkpointer?: BaseCheckpointSaver) {
  return new StateGraph(CycleChannels)
    .addNode('observe', asGraphNode(observeMarket))
    .addNode('indicators', asGraphNode(indicators))
    .addNode('qtable', asGraphNode(qtable))
    .addNode('breaker', asGraphNode(assessMarket))
    .addNode('context', asGraphNode(context))
    .addNode('record', asGraphNode(record))
    .addEdge(START, 'observe')
    .addConditionalEdges('observe', unlessFailed('indicators'), ['indicators', 'record'])
    .addConditionalEdges('indicators', unlessFailed('qtable'), ['qtable', 'record'])
    .addConditionalEdges('qtable', unlessFailed('breaker'), ['breaker', 'record'])
    .addConditionalEdges('breaker', eachSymbol, ['context', 'record'])
    .addEdge('context', 'record')
    .addEdge('record', END)
    .compile({ checkpointer: checkpointer ?? false });
}

function eachSymbol(state: CycleState): Send[] | 'record' {
  if (state.failure !== null || state.subjects.length === 0) return 'record';
  return contextTasks(state).map((task) => new Send('context', task));
}
