import type { TradeProposal, Verdict } from '#domain/proposal.ts';
import { type ProposingDesk, propose, type Subject } from './propose.ts';

/** The ends of what an opinion may say, and steps between them, since the size of an open grows with conviction. */
const CONVICTIONS = [-1, -0.5, 0, 0.5, 1] as const;

/**
 * Why no opinion on this subject can change what the desk does, or null where one can. Asked of arithmetic before a model
 * is paid for: the subject is proposed at every conviction from -1 to 1, and `judge` says what the gate would let through
 * of it. All alike (kept, closed, withheld or denied in each case) is nothing to ask about.
 */
export function mootBecause(
  subject: Subject,
  desk: ProposingDesk,
  judge: (proposal: TradeProposal) => Verdict,
): string | null {
  const outcomes = CONVICTIONS.map((conviction) => outcomeAt(conviction, subject, desk, judge));
  const [first] = outcomes;
  if (first === undefined || outcomes.some(({ does }) => does !== first.does)) return null;
  return first.does === OPENS ? null : first.why;
}

/** The subject as an opinion of this conviction would have it. */
export function withConviction(subject: Subject, conviction: number): Subject {
  const stance = conviction === 0 ? 'neutral' : conviction > 0 ? 'bullish' : 'bearish';
  const { symbol } = subject.signal;
  return { ...subject, opinion: { symbol, stance, conviction, evidence: [], summary: '' } };
}

const OPENS = 'opens';

/** What the desk would do, and in whose words. An open that passes is never like another: its size differs. */
function outcomeAt(
  conviction: number,
  subject: Subject,
  desk: ProposingDesk,
  judge: (proposal: TradeProposal) => Verdict,
): { readonly does: 'nothing' | 'closes' | typeof OPENS; readonly why: string } {
  const { proposals, withheld } = propose([withConviction(subject, conviction)], desk);
  const [proposal] = proposals;
  if (proposal === undefined) return { does: 'nothing', why: withheld[0]?.message ?? 'nothing is proposed' };
  if (proposal.kind === 'close') return { does: 'closes', why: proposal.reason };
  const verdict = judge(proposal);
  if (verdict.outcome !== 'denied') return { does: OPENS, why: '' };
  const denial = verdict.findings.find(({ effect }) => effect === 'deny');
  return { does: 'nothing', why: denial?.message ?? 'the gate denies it' };
}
