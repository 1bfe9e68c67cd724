/** The Risk agent may shrink or refuse what the gate passed. A close is never its business: closes always pass. */
import { z } from 'zod';
import { RiskReview } from '#domain/opinion.ts';
import type { AskContext, RiskQuestion } from './agent-desk.ts';
import { roomTable, stakeMenu } from './allowance-tables.ts';
import { byTheRules } from './by-the-rules.ts';
import { defineAgent } from './define-agent.ts';
import { feedbackText } from './feedback-table.ts';
import { ungroundedSymbols } from './grounding.ts';
import { accountTable, backdropTable, positionTable, signalTable } from './market-tables.ts';
import { passedProposals, passedTable } from './passed-proposals.ts';
import { type Review, reviewByRules } from './risk-rules.ts';
import { sequencesOf } from './sequence-tables.ts';

const ReviewReply = RiskReview.shape.reviews.element.extend({
  /** Null unless the action is `shrink`. */
  sizeFraction: z.number().min(0).max(1).nullable(),
});
const RiskReply = RiskReview.extend({ reviews: z.array(ReviewReply).max(50) });
type RiskReply = z.infer<typeof RiskReply>;

export const risk = defineAgent<RiskQuestion, RiskReply, RiskReview>({
  name: 'risk',
  promptName: 'risk',
  answerSchema: RiskReply,
  evidenceOf,
  decideByRules: (question) => ({
    reviews: passedProposals(question).map((passed) => reviewByRules(passed, question)),
    summary: 'Reviewed by the desk’s rules.',
  }),
  bound,
  ungrounded: (reply, question) =>
    ungroundedSymbols(
      [reply.summary, ...reply.reviews.map(({ reason }) => reason)],
      [...question.signals, ...question.positions, ...question.proposals].map(({ symbol }) => symbol),
    ),
  isWorthAsking: (question) => passedProposals(question).some(({ proposal }) => proposal.kind === 'open'),
});

const SHOWN = [
  { key: 'close', timeframe: 'fast' },
  { key: 'close', timeframe: '1h' },
] as const;

async function evidenceOf(question: RiskQuestion, { atMs, background }: AskContext) {
  const { signals, account, positions } = question;
  const passed = passedProposals(question);
  const symbols = passed.map(({ proposal }) => proposal.symbol);
  const [feedback, room] = await Promise.all([background.feedback(), background.room()]);
  return {
    proposals: passedTable(passed, atMs),
    signals: signalTable(signals, atMs),
    sequences: sequencesOf(symbols, background, SHOWN),
    backdrop: backdropTable(background.btc, background, atMs),
    account: accountTable(account, atMs),
    positions: positionTable(positions, atMs),
    room: roomTable(room),
    feedback: feedbackText(feedback, symbols, atMs),
    menu: stakeMenu(passed, background),
  };
}

/** One review for each passed proposal and no other. What the model left out, or may not touch, the rules review. */
function bound(reply: RiskReply, question: RiskQuestion): RiskReview {
  const reviews = passedProposals(question).map((passed) => {
    const { proposalId, kind } = passed.proposal;
    const said = reply.reviews.filter((review) => review.proposalId === proposalId).map(normalised);
    return kind === 'close' || said.length === 0
      ? byTheRules(reviewByRules(passed, question))
      : strictest(said);
  });
  return { reviews, summary: reply.summary.slice(0, 600) };
}

/** A size that cannot be read is refused: doubt never enlarges. */
function normalised({ proposalId, action, sizeFraction, reason }: z.infer<typeof ReviewReply>): Review {
  const fraction = action === 'keep' ? 1 : action === 'shrink' ? boundedFraction(sizeFraction) : 0;
  const words = reason.slice(0, 300);
  if (fraction === 0) return { proposalId, action: 'refuse', sizeFraction: 0, reason: words };
  if (fraction === 1) return { proposalId, action: 'keep', sizeFraction: 1, reason: words };
  return { proposalId, action: 'shrink', sizeFraction: fraction, reason: words };
}

function boundedFraction(sizeFraction: number | null): number {
  if (sizeFraction === null || !Number.isFinite(sizeFraction)) return 0;
  return Math.max(0, Math.min(1, sizeFraction));
}

function strictest(reviews: readonly Review[]): Review {
  return reviews.reduce((strict, review) => (review.sizeFraction < strict.sizeFraction ? review : strict));
}
