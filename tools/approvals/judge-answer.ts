/** A person's answer as verdicts on the openings they were asked about. It can shrink or refuse and nothing else. Pure. */
import type { Approval, ApprovalAnswer, ApprovalItem } from '#domain/approval.ts';
import { type DecimalText, decimal, decimalText, roundToStep } from '#domain/decimal.ts';
import type { Finding, Verdict } from '#domain/proposal.ts';
import { type EpochMs, isoTime } from '#domain/time.ts';
import { deniedVerdict, deny, resize } from '../risk/findings.ts';

/** How long after its deadline an answer may still be acted on: what a restart takes, and not what an outage does. */
export const ANSWER_HOLDS_MS = 60_000;

/**
 * A verdict for each opening that was asked. Whatever is not approved in so many words is denied: what the answer does not
 * name, what nobody answered, what was answered and could not be placed until `nowMs` (wall time), long after the deadline.
 */
export function judgeAnswer(approval: Approval, nowMs: EpochMs): Verdict[] {
  return approval.asked.map((item) => {
    const refusal = refusalOf(approval, nowMs);
    if (refusal !== null) return denied(item, refusal);
    const answer = approval.answers?.find(({ proposalId }) => proposalId === item.proposal.proposalId);
    return judgeItem(item, answer, approval);
  });
}

/** Why nothing of it may be placed, whatever was answered; null when the answers count. */
function refusalOf({ status, deadlineAtMs, reason }: Approval, nowMs: EpochMs): Finding | null {
  if (status === 'withdrawn') return deny('trading_halted', { message: `not asked any more: ${reason}` });
  const until = isoTime(deadlineAtMs);
  if (status !== 'answered') return deny('approval_expired', { message: `nobody answered by ${until}` });
  if (nowMs <= deadlineAtMs + ANSWER_HOLDS_MS) return null;
  return deny('approval_expired', { message: `answered by ${until}, and nobody was there to place it then` });
}

function judgeItem(item: ApprovalItem, answer: ApprovalAnswer | undefined, approval: Approval): Verdict {
  const { answeredBy, reason } = approval;
  const who = answeredBy ?? 'somebody';
  const why = reason === null ? '' : `: ${reason}`;
  if (answer === undefined)
    return denied(item, deny('not_approved', { message: `${who} did not name it in the answer${why}` }));
  const { decision, sizeFraction } = answer;
  if (decision === 'approve') return passed(item, item.quantityBase, []);
  if (decision === 'refuse' || sizeFraction === null)
    return denied(item, deny('not_approved', { value: 0, message: `${who} refused it${why}` }));
  const kept = keptBase(item, sizeFraction);
  if (decimal(kept).eq(0)) {
    const message = `${who} kept ${sizeFraction} of it, less than one step of the venue${why}`;
    return denied(item, deny('not_approved', { value: sizeFraction, message }));
  }
  const message = `${who} kept ${sizeFraction} of it${why}`;
  return passed(item, kept, [resize('not_approved', { value: sizeFraction, message })]);
}

/** What a shrink leaves of an opening, rounded down to the venue's step, so that less is risked and never more. */
export function keptBase(
  { quantityBase, quantityStepBase }: ApprovalItem,
  sizeFraction: number,
): DecimalText {
  const share = Math.max(0, Math.min(1, sizeFraction));
  return decimalText(roundToStep(decimal(quantityBase).times(decimal(share)), quantityStepBase, 'down'));
}

function passed({ proposal }: ApprovalItem, quantityBase: DecimalText, findings: Finding[]): Verdict {
  const { proposalId, symbol } = proposal;
  const outcome = findings.length > 0 ? 'resized' : 'approved';
  return { proposalId, symbol, stage: 'approval', outcome, quantityBase, findings };
}

function denied({ proposal }: ApprovalItem, finding: Finding): Verdict {
  return deniedVerdict(proposal, 'approval', [finding]);
}
