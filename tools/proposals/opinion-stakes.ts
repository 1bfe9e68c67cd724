import type { TradeProposal, Verdict } from '#domain/proposal.ts';
import { type ProposingDesk, propose, type Subject } from './propose.ts';

/**
 * The ends of what an opinion may say, and steps between them, since the size of an open grows with conviction. The ends
 * come first: where they differ, or open, nothing more has to be judged.
 */
const CONVICTIONS = [-1, 1, -0.5, 0, 0.5] as const;

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
  let same: Outcome | null = null;
  for (const conviction of CONVICTIONS) {
    const outcome = outcomeAt(conviction, subject, desk, judge);
    if (outcome.does === 'opens' || (same !== null && outcome.does !== same.does)) return null;
    same ??= outcome;
  }
  return same?.why ?? null;
}

/** The subject as an opinion of this conviction would have it. */
export function withConviction(subject: Subject, conviction: number): Subject {
  const stance = conviction === 0 ? 'neutral' : conviction > 0 ? 'bullish' : 'bearish';
  const { symbol } = subject.signal;
  return { ...subject, opinion: { symbol, stance, conviction, evidence: [], summary: '' } };
}

/** What the desk would do, and in whose words. An open that passes is never like another: its size differs. */
interface Outcome {
  readonly does: 'nothing' | 'closes' | 'opens';
  readonly why: string;
}

function outcomeAt(
  conviction: number,
  subject: Subject,
  desk: ProposingDesk,
  judge: (proposal: TradeProposal) => Verdict,
): Outcome {
  const { proposals, withheld } = propose([withConviction(subject, conviction)], desk);
  const [proposal] = proposals;
  if (proposal === undefined) return { does: 'nothing', why: withheld[0]?.message ?? 'nothing is proposed' };
  if (proposal.kind === 'close') return { does: 'closes', why: proposal.reason };
  const verdict = judge(proposal);
  if (verdict.outcome !== 'denied') return { does: 'opens', why: '' };
  const denial = verdict.findings.find(({ effect }) => effect === 'deny');
  return { does: 'nothing', why: denial?.message ?? 'the gate denies it' };
}
