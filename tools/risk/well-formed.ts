import { decimal } from '#domain/decimal.ts';
import { type Finding, TradeProposal } from '#domain/proposal.ts';
import { deny } from './findings.ts';

/** All a close needs: a broken price or leverage must not keep risk from being taken off. */
const CloseProposal = TradeProposal.pick({ proposalId: true, symbol: true, side: true, quantityBase: true });

/**
 * What keeps a proposal from being judged at all: a field outside its schema, or an amount that is not a positive
 * number a double can hold. Nothing when it may be judged.
 */
export function findMalformed(proposal: TradeProposal): Finding[] {
  const isClose = proposal.kind === 'close';
  const parsed = (isClose ? CloseProposal : TradeProposal).safeParse(proposal);
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    return [deny('proposal_malformed', { message: `not a well-formed proposal: ${where}` })];
  }
  const { quantityBase, entryPriceQuote, stopPriceQuote, targetPriceQuote } = proposal;
  const amounts = isClose
    ? [quantityBase]
    : [quantityBase, entryPriceQuote, stopPriceQuote, targetPriceQuote];
  const isPositive = amounts.every((amount) => amount === null || isPositiveAmount(amount));
  return isPositive ? [] : [deny('proposal_malformed', { message: 'sizes and prices must be positive' })];
}

function isPositiveAmount(amount: string): boolean {
  return decimal(amount).gt(0) && Number(amount) > 0 && Number.isFinite(Number(amount));
}
