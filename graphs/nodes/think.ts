import type { ContextQuestion } from '#agents/agent-desk.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { baseOf } from '#domain/symbol.ts';
import { shortlist } from '#tools/signals/shortlist.ts';
import { defineNode } from '../define-node.ts';
import type { AnalysisDeps } from '../deps.ts';
import { type Frame, frameOf } from '../frames.ts';
import type { CycleState, RunRequest } from '../state.ts';
import { askContext, opinionPatch } from './asking.ts';

/** Ranks the detectors' shortlist. Open positions are always subjects; with neither there is nothing to ask. */
export const scanner = defineNode<CycleState, AnalysisDeps>({
  name: 'scanner',
  kind: 'agent',
  shows: ({ snapshot, positions }) => ({
    symbols: snapshot?.symbols,
    held: positions.map(({ symbol }) => symbol),
  }),
  async work(state, deps, spanId) {
    const { signals } = await frameOf(
      { runId: state.request.runId, snapshotId: state.snapshot?.snapshotId },
      deps,
    );
    const { maxSubjects } = deps.settings;
    const candidates = shortlist([...signals.values()], maxSubjects);
    const held = state.positions.map(({ symbol }) => symbol).filter((symbol) => signals.has(symbol));
    if (candidates.length === 0) {
      return {
        patch: { subjects: held },
        output: { subjects: held, summary: 'the shortlist is empty: nobody was asked' },
      };
    }
    const question = { shortlist: candidates, positions: state.positions, maxSubjects };
    const said = await deps.agents.scanner(question, askContext(state.request, spanId, deps));
    const listed = new Set(candidates.map(({ symbol }) => symbol));
    const ranked = said.answer.ranked.map(({ symbol }) => symbol).filter((symbol) => listed.has(symbol));
    const subjects = [...new Set([...held, ...ranked.slice(0, maxSubjects)])];
    return { patch: { ...opinionPatch('scanner', null, spanId, said), subjects }, decidedBy: said.decidedBy };
  },
});

/** One subject's share of the fan-out: small, because each task of a step is checkpointed with its input. */
export interface ContextTask {
  readonly request: RunRequest;
  readonly snapshotId: string | undefined;
  readonly symbol: MarketSymbol;
  readonly qAdvice: ContextQuestion['qAdvice'];
  readonly position: ContextQuestion['position'];
}

/** The tasks of the fan-out, one for each subject. */
export function contextTasks(state: CycleState): ContextTask[] {
  return state.subjects.map((symbol) => ({
    request: state.request,
    snapshotId: state.snapshot?.snapshotId,
    symbol,
    qAdvice: state.qAdvice.find((advice) => advice.symbol === symbol) ?? null,
    position: state.positions.find((position) => position.symbol === symbol) ?? null,
  }));
}

/** News, sentiment, cross-asset and regime of one subject, as a bounded conviction with evidence. */
export const context = defineNode<ContextTask, AnalysisDeps>({
  name: 'context',
  kind: 'agent',
  shows: ({ symbol, position }) => ({ symbol, position }),
  symbolOf: ({ symbol }) => symbol,
  async work(task, deps, spanId) {
    const frame = await frameOf({ runId: task.request.runId, snapshotId: task.snapshotId }, deps);
    const question = questionOf(task, frame);
    if (question === null) return { patch: {}, output: `${task.symbol} has no sound data` };
    const said = await deps.agents.context(question, askContext(task.request, spanId, deps));
    // The answer is filed under the subject that was asked about, whatever symbol it names.
    const answer = { ...said.answer, symbol: task.symbol };
    return {
      patch: opinionPatch('context', task.symbol, spanId, { ...said, answer }),
      decidedBy: said.decidedBy,
    };
  },
});

function questionOf(
  { symbol, qAdvice, position, request }: ContextTask,
  frame: Frame,
): ContextQuestion | null {
  const signal = frame.signals.get(symbol);
  const market = frame.snapshot.markets.get(symbol);
  if (signal === undefined || market === undefined) return null;
  const btc = [...frame.signals.values()].find((other) => baseOf(other.symbol) === 'BTC') ?? null;
  return {
    ...{ signal, qAdvice, position, btc, question: request.question },
    fundingRateFraction: market.funding?.rateFraction ?? null,
    openInterestQuote: market.openInterestQuote,
  };
}
