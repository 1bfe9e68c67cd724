/**
 * Before anything opens a person is asked, where that is configured. What closes goes out before the question and never
 * waits for its answer.
 */

import type { Approval, ApprovalItem } from '#domain/approval.ts';
import { ContextOpinion, ExecutionPlan, RiskReview, ScannerReport } from '#domain/opinion.ts';
import type { TradeProposal } from '#domain/proposal.ts';
import { approvalItem } from '#tools/approvals/ask-approval.ts';
import { judgeAnswer } from '#tools/approvals/judge-answer.ts';
import { defineNode } from '../define-node.ts';
import type { CycleDeps } from '../deps.ts';
import { RunParked } from '../parked.ts';
import type { CycleState } from '../state.ts';
import { placementOf, placeNow } from './act.ts';
import { passedProposals } from './decide.ts';

/** Whether the run has to ask a person before it goes on to place. */
export function asksPerson(state: CycleState, { approvals }: Pick<CycleDeps, 'approvals'>): boolean {
  return approvals.isAsked && openings(state).length > 0;
}

/** Places what closes, while the openings wait for a person. */
export const close = defineNode<CycleState, CycleDeps>({
  name: 'close',
  kind: 'tool',
  shows: (state) => ({ placements: closings(state).map((proposal) => placementOf(proposal, state)) }),
  async work(state, deps) {
    const placements = closings(state).map((proposal) => placementOf(proposal, state));
    if (placements.length === 0) return { patch: {}, output: 'nothing to close' };
    return { patch: await placeNow(placements, state, deps) };
  },
});

/**
 * Asks a person once and waits. It starts again from its top whenever somebody goes on with the run, so all it knows is
 * the question's row: answered, expired, or still to be waited for.
 */
export const approval = defineNode<CycleState, CycleDeps>({
  name: 'approval',
  kind: 'tool',
  shows: (state) => ({ openings: openings(state) }),
  async work(state, deps) {
    const { runId, deskId } = state.request;
    const asked = await itemsOf(state, deps);
    const question = await unlessHalted(await deps.approvals.ask({ runId, deskId, asked }), deps);
    if (question.status === 'pending') throw new RunParked(question);
    const verdicts = judgeAnswer(question, deps.wallClock.nowMs());
    const decidedBy = question.status === 'answered' ? 'person' : 'code';
    return { patch: { verdicts, asked: question }, decidedBy, sinceMs: question.askedAtMs };
  },
});

/** Halted means halted: nobody is kept waiting for what could not be placed. */
async function unlessHalted(question: Approval, { approvals, tradingState }: CycleDeps): Promise<Approval> {
  if (question.status !== 'pending') return question;
  const { mode, reason } = await tradingState.read(question.deskId);
  return mode === 'halted' ? approvals.withdraw(question, `trading was halted: ${reason}`) : question;
}

async function itemsOf(state: CycleState, { market }: CycleDeps): Promise<ApprovalItem[]> {
  const instruments = await market.instruments();
  return openings(state).map((proposal) => {
    const { quantityBase, style } = placementOf(proposal, state);
    const listed = instruments.find(({ symbol }) => symbol === proposal.symbol);
    return approvalItem({
      ...{ proposal, quantityBase, style },
      quantityStepBase: listed?.quantityStepBase ?? '1',
      equityQuote: state.account?.equityQuote ?? null,
      reasons: reasonsOf(proposal, state),
    });
  });
}

/** What the agents said of this very opening, each in its own words, and whether the model or the rules said it. */
function reasonsOf({ symbol, proposalId }: TradeProposal, { opinions }: CycleState): ApprovalItem['reasons'] {
  const opinionOf = (agent: string) =>
    opinions.find((opinion) => opinion.agent === agent && (opinion.symbol ?? symbol) === symbol);
  const said = (agent: string) => opinionOf(agent)?.answer;
  const words = {
    scanner: ScannerReport.safeParse(said('scanner')).data?.ranked.find((one) => one.symbol === symbol)
      ?.reason,
    context: ContextOpinion.safeParse(said('context')).data?.summary,
    risk: RiskReview.safeParse(said('risk')).data?.reviews.find((one) => one.proposalId === proposalId)
      ?.reason,
    executor: ExecutionPlan.safeParse(said('executor')).data?.plans.find(
      (one) => one.proposalId === proposalId,
    )?.reason,
  };
  return Object.entries(words).flatMap(([agent, text]) => {
    const opinion = opinionOf(agent);
    if (!text || opinion === undefined) return [];
    const { decidedBy, abstention } = opinion;
    return [{ agent, words: text, decidedBy, ...(abstention !== null && { abstention }) }];
  });
}

function openings(state: CycleState): TradeProposal[] {
  return passedProposals(state).filter(({ kind }) => kind === 'open');
}

function closings(state: CycleState): TradeProposal[] {
  return passedProposals(state).filter(({ kind }) => kind === 'close');
}
