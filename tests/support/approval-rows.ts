import type { ApprovalItem } from '#domain/approval.ts';
import type { TradeProposal } from '#domain/proposal.ts';
import { approvalItem } from '#tools/approvals/ask-approval.ts';

/** An opening of 0.5 at 100 with its stop at 96: 2 quote at risk, of an equity of 1,000. */
export function approvalItemOf(symbol: string, change: Partial<ApprovalItem> = {}): ApprovalItem {
  const proposal: TradeProposal = {
    proposalId: `p-${symbol}`,
    kind: 'open',
    symbol,
    side: 'long',
    quantityBase: '0.5',
    entryPriceQuote: '100',
    stopPriceQuote: '96',
    targetPriceQuote: '112',
    leverage: 2,
    conviction: 0.6,
    reason: 'points +5',
    atMs: 0,
  };
  const facts = { quantityBase: '0.5', style: 'market', quantityStepBase: '0.01' } as const;
  const item = approvalItem({ proposal, ...facts, reasons: [], equityQuote: '1000' });
  return { ...item, ...change };
}
