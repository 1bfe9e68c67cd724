import type { Approval, ApprovalAnswer, ApprovalItem, ApprovalStatus } from '#domain/approval.ts';
import { formatPercent, formatQuantity } from '../format/number.ts';
import { baseName, plural } from '../format/words.ts';
import type { BadgeTone } from '../ui/badge.tsx';

export const STATUS_TONES: Record<ApprovalStatus, BadgeTone> = {
  pending: 'watch',
  answered: 'accent',
  expired: 'down',
  withdrawn: 'neutral',
};

/** `2 openings wait for your word` */
export function waitingWords({ asked }: Pick<Approval, 'asked'>): string {
  return `${plural(asked.length, 'opening waits', 'openings wait')} for your word`;
}

/** `BTC long` */
export function openingName({ proposal }: Pick<ApprovalItem, 'proposal'>): string {
  return `${baseName(proposal.symbol)} ${proposal.side}`;
}

type Word = Pick<ApprovalAnswer, 'decision'> & { readonly sizeFraction?: number | null };

/** What was said of one opening, and what a shrink leaves of it; no word is a refusal. */
export function wordOf(answer: Word | undefined, item: ApprovalItem): string {
  if (answer === undefined) return 'not named, so refused';
  if (answer.decision === 'approve') return 'approved';
  if (answer.decision === 'refuse') return 'refused';
  const share = answer.sizeFraction ?? 0;
  return `shrunk to ${formatPercent(share, { digits: 0 })}: ${formatQuantity(keptBase(item, share))}`;
}

/** Down to the venue's step, as the server does it exactly; here only to be read. */
function keptBase({ quantityBase, quantityStepBase }: ApprovalItem, share: number): number {
  const steps = (Number(quantityBase) * share) / Number(quantityStepBase);
  return Math.floor(steps + 1e-9) * Number(quantityStepBase);
}

export function answerOf(
  { answers }: Pick<Approval, 'answers'>,
  { proposal }: Pick<ApprovalItem, 'proposal'>,
): ApprovalAnswer | undefined {
  return answers?.find(({ proposalId }) => proposalId === proposal.proposalId);
}

/** Until the deadline: `0:42`. */
export function countdownWords(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
