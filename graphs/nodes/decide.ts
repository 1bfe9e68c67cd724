import { decimal, decimalText, roundToStep } from '#domain/decimal.ts';
import { AppError } from '#domain/errors.ts';
import { ContextOpinion, type RiskReview } from '#domain/opinion.ts';
import type { TradeProposal, Verdict, Withheld } from '#domain/proposal.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { propose as proposeTrades, type Subject } from '#tools/proposals/propose.ts';
import { judgeProposals } from '#tools/risk/gate.ts';
import { judgeUnread, readFacts } from '#tools/risk/unread-facts.ts';
import type { BookSeen } from '../background.ts';
import { defineNode } from '../define-node.ts';
import type { CycleDeps } from '../deps.ts';
import { type Frame, frameOf } from '../frames.ts';
import type { CycleState } from '../state.ts';
import { allowedByNow, askContext, opinionPatch } from './asking.ts';
import { gateContext, seenAtGate } from './gate-facts.ts';

/** Points, advice and opinions become proposals with entry, stop, target and size; closes come before opens. */
export const propose = defineNode<CycleState, CycleDeps>({
  name: 'propose',
  kind: 'tool',
  shows: ({ subjects, opinions }) => ({
    subjects,
    opinions: opinions.filter(({ agent }) => agent === 'context'),
  }),
  async work(state, deps) {
    const frame = await frameOf({ runId: state.request.runId, snapshotId: state.snapshot?.snapshotId }, deps);
    const subjects: Subject[] = [];
    const unseen: Withheld[] = [];
    for (const symbol of state.subjects) {
      const subject = subjectOf(symbol, state, frame);
      if (subject !== null) subjects.push(subject);
      else unseen.push({ symbol, code: 'data_missing', message: 'there is no sound market data for it' });
    }
    const { limits, settings } = deps;
    const { convictionWeight } = settings;
    const { proposals, withheld } = proposeTrades(subjects, {
      account: state.account,
      limits,
      convictionWeight,
    });
    return { patch: { proposals, withheld: [...withheld, ...unseen] } };
  },
});

/** Every rule gives each proposal a verdict with codes and numbers. */
export const gate = defineNode<CycleState, CycleDeps>({
  name: 'gate',
  kind: 'tool',
  shows: ({ proposals, account, tradingState }) => ({
    proposals,
    equityQuote: account?.equityQuote,
    tradingState,
  }),
  async work(state, deps) {
    if (state.proposals.length === 0) return { patch: {}, output: 'nothing was proposed' };
    const venue = {
      account: state.account,
      positions: state.positions,
      openOrders: state.openEntries,
      unknownOutcomes: state.unknownOutcomes,
    };
    const facts = await readFacts(gateContext(state, venue, deps));
    if (!(facts instanceof AppError)) {
      const verdicts = judgeProposals(state.proposals, facts, 'gate');
      const seen = state.observed && { ...state.observed, gate: await seenAtGate(state, facts, deps) };
      return { patch: { verdicts, observed: seen }, output: { verdicts } };
    }
    // A part of a position is rounded when it is placed.
    const held = { positions: state.positions, instruments: new Map() };
    const verdicts = state.proposals.map((proposal) => judgeUnread(proposal, held, 'gate', facts));
    return { patch: { verdicts, notes: [...state.notes, `gate: ${facts.message}`] } };
  },
});

/** May shrink or refuse what the gate passed, in one call for all of it. A close is never its business. */
export const risk = defineNode<CycleState, CycleDeps>({
  name: 'risk',
  kind: 'agent',
  shows: (state) => ({ passed: passedProposals(state) }),
  async work(state, deps, spanId) {
    const opens = passedProposals(state).filter(({ kind }) => kind === 'open');
    if (opens.length === 0 || state.account === null)
      return { patch: {}, output: 'no open passed the gate: nobody was asked' };
    const frame = await frameOf({ runId: state.request.runId, snapshotId: state.snapshot?.snapshotId }, deps);
    const { account, positions, verdicts } = state;
    const signals = subjectsOf(opens, frame.signals);
    const question = { proposals: opens, verdicts, signals, account, positions };
    const book = bookSeen(state, deps);
    const spending = await allowedByNow(state, 'risk', deps);
    const asked = askContext({ ...state, ...spending }, spanId, deps, { frame, book });
    const said = await deps.agents.risk(question, asked);
    const instruments = await instrumentsOf(deps);
    const reviewed = opens.map((proposal) => {
      const step = instruments.get(proposal.symbol)?.quantityStepBase ?? '1';
      return reviewVerdict(proposal, latestVerdict(state, proposal), said.answer, step);
    });
    const patch = {
      ...opinionPatch('risk', null, spanId, said, spending),
      verdicts: reviewed.filter((verdict) => verdict !== null),
    };
    return { patch, decidedBy: said.decidedBy };
  },
});

/** Chooses a style from the menu for what is left. */
export const executor = defineNode<CycleState, CycleDeps>({
  name: 'executor',
  kind: 'agent',
  shows: (state) => ({ passed: passedProposals(state) }),
  async work(state, deps, spanId) {
    const proposals = passedProposals(state);
    if (proposals.length === 0) return { patch: {}, output: 'nothing to execute: nobody was asked' };
    const frame = await frameOf({ runId: state.request.runId, snapshotId: state.snapshot?.snapshotId }, deps);
    const signals = subjectsOf(proposals, frame.signals);
    const question = { proposals, verdicts: state.verdicts, signals };
    const book = bookSeen(state, deps);
    const spending = await allowedByNow(state, 'executor', deps);
    const asked = askContext({ ...state, ...spending }, spanId, deps, { frame, book });
    const said = await deps.agents.executor(question, asked);
    return {
      patch: { ...opinionPatch('executor', null, spanId, said, spending), plans: said.answer.plans },
      decidedBy: said.decidedBy,
    };
  },
});

function bookSeen({ account, positions, openEntries, request }: CycleState, deps: CycleDeps): BookSeen {
  const equityMarks = () => deps.equityMarks(request.deskId, request.marketNowMs);
  return { account, positions, openEntries, equityMarks };
}

/** The proposals no verdict has denied so far, in their order. */
export function passedProposals(state: Pick<CycleState, 'proposals' | 'verdicts'>): TradeProposal[] {
  return state.proposals.filter((proposal) => {
    const verdict = latestVerdict(state, proposal);
    return verdict !== undefined && verdict.outcome !== 'denied';
  });
}

/** The last word on a proposal before it is placed: a person's, else the Risk agent's, else the gate's. */
export function latestVerdict(
  { verdicts }: Pick<CycleState, 'verdicts'>,
  { proposalId }: TradeProposal,
): Verdict | undefined {
  const own = verdicts.filter((verdict) => verdict.proposalId === proposalId);
  for (const stage of ['approval', 'risk', 'gate'] as const) {
    const said = own.find((verdict) => verdict.stage === stage);
    if (said !== undefined) return said;
  }
  return undefined;
}

/** A review as a verdict; null when it keeps the size. It can shrink what the gate passed, never enlarge it. */
function reviewVerdict(
  proposal: TradeProposal,
  passed: Verdict | undefined,
  answer: RiskReview,
  quantityStepBase: string,
): Verdict | null {
  const review = answer.reviews.find(({ proposalId }) => proposalId === proposal.proposalId);
  if (passed === undefined || review === undefined || review.action === 'keep') return null;
  const { proposalId, symbol } = proposal;
  const share = review.action === 'refuse' ? 0 : Math.max(0, Math.min(1, review.sizeFraction));
  const kept = roundToStep(decimal(passed.quantityBase).times(decimal(share)), quantityStepBase, 'down');
  const isRefused = kept.lte(0);
  const finding = {
    code: 'refused_by_risk' as const,
    effect: isRefused ? ('deny' as const) : ('resize' as const),
    value: share,
    limit: null,
    message: review.reason,
  };
  const outcome = isRefused ? 'denied' : 'resized';
  return { proposalId, symbol, stage: 'risk', outcome, quantityBase: decimalText(kept), findings: [finding] };
}

async function instrumentsOf({ market }: CycleDeps) {
  return new Map((await market.instruments()).map((instrument) => [instrument.symbol, instrument]));
}

function subjectsOf(proposals: readonly TradeProposal[], signals: Frame['signals']) {
  return proposals.map(({ symbol }) => signals.get(symbol)).filter((signal) => signal !== undefined);
}

/** What a symbol's proposal is made of; null without sound market data. */
export function subjectOf(symbol: MarketSymbol, state: CycleState, frame: Frame): Subject | null {
  const signal = frame.signals.get(symbol);
  const market = frame.snapshot.markets.get(symbol);
  if (signal === undefined || market === undefined) return null;
  const said = state.opinions.find((opinion) => opinion.agent === 'context' && opinion.symbol === symbol);
  const parsed = ContextOpinion.safeParse(said?.answer);
  return {
    signal,
    instrument: market.instrument,
    position: state.positions.find((position) => position.symbol === symbol) ?? null,
    advice: state.qAdvice.find((advice) => advice.symbol === symbol) ?? null,
    opinion: parsed.success ? parsed.data : null,
  };
}
