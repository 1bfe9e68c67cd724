/** What becomes of proposals when the gate's facts cannot be read: a close needs none of them, and nothing opens. */
import { type AppError, toAppError } from '#domain/errors.ts';
import type { TradeProposal, Verdict } from '#domain/proposal.ts';
import { deniedVerdict, deny } from './findings.ts';
import { type CloseContext, judgeClose } from './gate.ts';
import type { GateContext } from './gate-context.ts';

/** The facts, or why they cannot be read. @throws AppError `internal` */
export async function readFacts(asked: Promise<GateContext>): Promise<GateContext | AppError> {
  try {
    return await asked;
  } catch (thrown) {
    const failure = toAppError(thrown);
    if (failure.code === 'internal') throw failure;
    return failure;
  }
}

/** Judges without the facts: a close by what is held, an open with the reason that they are missing. */
export function judgeUnread(
  proposal: TradeProposal,
  held: CloseContext,
  stage: Verdict['stage'],
  why: AppError,
): Verdict {
  if (proposal.kind === 'close') return judgeClose(proposal, held, stage);
  const message = `${proposal.symbol}: the gate's facts cannot be read: ${why.message}`;
  return deniedVerdict(proposal, stage, [deny('data_unsound', { message })]);
}
