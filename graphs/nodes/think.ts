import type { ContextQuestion } from '#agents/agent-desk.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { shortlist } from '#tools/signals/shortlist.ts';
import { defineNode } from '../define-node.ts';
import type { AnalysisDeps, CycleDeps } from '../deps.ts';
import { bitcoinOf, type Frame, frameOf } from '../frames.ts';
import type { CycleState, RunRequest } from '../state.ts';
import { allowed, askContext, opinionPatch } from './asking.ts';
import { mootSubjects } from './moot.ts';

/** Ranks the detectors' shortlist. Open positions are always subjects; with neither there is nothing to ask. */
export const scanner = defineNode<CycleState, CycleDeps>({
  name: 'scanner',
  kind: 'agent',
  shows: ({ snapshot, positions }) => ({
    symbols: snapshot?.symbols,
    held: positions.map(({ symbol }) => symbol),
  }),
  async work(state, deps, spanId) {
    const frame = await frameOf({ runId: state.request.runId, snapshotId: state.snapshot?.snapshotId }, deps);
    const { signals } = frame;
    const { maxSubjects } = deps.settings;
    const candidates = shortlist([...signals.values()], maxSubjects);
    const held = state.positions.map(({ symbol }) => symbol).filter((symbol) => signals.has(symbol));
    const listed = candidates.map(({ symbol }) => symbol);
    const moot = deps.agents.hasModel
      ? await mootSubjects([...new Set([...held, ...listed])], { state, frame }, deps)
      : [];
    const isPaid = (symbol: MarketSymbol) => !moot.some((one) => one.symbol === symbol);
    const fresh = listed.filter((symbol) => !held.includes(symbol));
    const paid = { subjects: fresh.filter(isPaid).length, held: held.filter(isPaid).length };
    const spending =
      paid.subjects + paid.held > 0 ? await allowed(state, { agent: 'scanner', ...paid }, deps) : {};
    const asking = { ...state, ...spending };
    if (candidates.length === 0) {
      return {
        patch: { subjects: held, moot, ...spending },
        output: { subjects: held, moot, ...spending, summary: 'the shortlist is empty: nobody was asked' },
      };
    }
    const question = { shortlist: candidates, positions: state.positions, maxSubjects };
    const unasked =
      paid.subjects === 0 ? 'nothing on the shortlist waits for a choice that changes anything' : undefined;
    const asked = askContext(asking, spanId, deps, { frame, unasked });
    const said = await deps.agents.scanner(question, asked);
    const ranked = said.answer.ranked.map(({ symbol }) => symbol).filter((symbol) => fresh.includes(symbol));
    const affordable = ranked.filter(isPaid).slice(0, asking.allowance?.maxSubjects ?? maxSubjects);
    const chosen = ranked
      .slice(0, maxSubjects)
      .filter((symbol) => !isPaid(symbol) || affordable.includes(symbol));
    const subjects = [...new Set([...held, ...chosen])];
    return {
      patch: { ...opinionPatch('scanner', null, spanId, said, spending), subjects, moot },
      decidedBy: said.decidedBy,
    };
  },
});

/** One subject's share of the fan-out: small, because each task of a step is checkpointed with its input. */
export interface ContextTask {
  readonly request: RunRequest;
  readonly allowance: CycleState['allowance'];
  readonly snapshotId: string | undefined;
  readonly symbol: MarketSymbol;
  readonly qAdvice: ContextQuestion['qAdvice'];
  readonly position: ContextQuestion['position'];
  /** Why the model is not asked; null where it is. */
  readonly moot: string | null;
}

/** The tasks of the fan-out, one for each subject. */
export function contextTasks(state: CycleState): ContextTask[] {
  return state.subjects.map((symbol) => ({
    request: state.request,
    allowance: state.allowance,
    snapshotId: state.snapshot?.snapshotId,
    symbol,
    qAdvice: state.qAdvice.find((advice) => advice.symbol === symbol) ?? null,
    position: state.positions.find((position) => position.symbol === symbol) ?? null,
    moot: state.moot.find((one) => one.symbol === symbol)?.why ?? null,
  }));
}

/** News, sentiment, cross-asset and regime of one subject, as a bounded conviction with evidence. */
export const context = defineNode<ContextTask, AnalysisDeps>({
  name: 'context',
  kind: 'agent',
  shows: ({ symbol, position, moot }) => ({ symbol, position, ...(moot !== null && { moot }) }),
  symbolOf: ({ symbol }) => symbol,
  async work(task, deps, spanId) {
    const frame = await frameOf({ runId: task.request.runId, snapshotId: task.snapshotId }, deps);
    const question = questionOf(task, frame);
    if (question === null) return { patch: {}, output: `${task.symbol} has no sound data` };
    const about = { frame, symbol: task.symbol, unasked: task.moot ?? undefined };
    const said = await deps.agents.context(question, askContext(task, spanId, deps, about));
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
  const btc = bitcoinOf(frame.signals.values());
  return {
    ...{ signal, qAdvice, position, btc, question: request.question },
    fundingRateFraction: market.funding?.rateFraction ?? null,
    openInterestQuote: market.openInterestQuote,
  };
}
