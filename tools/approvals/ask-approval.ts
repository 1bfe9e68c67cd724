/** What a person is shown of an opening before it is placed. Pure. */
import type { ApprovalItem } from '#domain/approval.ts';
import { type DecimalText, decimal, decimalText, divideDecimals } from '#domain/decimal.ts';

export interface ApprovalFacts
  extends Pick<ApprovalItem, 'proposal' | 'quantityBase' | 'style' | 'quantityStepBase' | 'reasons'> {
  /** Null where no account was seen. */
  readonly equityQuote: DecimalText | null;
}

/** The opening with what it would come to in quote currency. Exact, save for the share of equity. */
export function approvalItem({ equityQuote, ...shown }: ApprovalFacts): ApprovalItem {
  const { entryPriceQuote, stopPriceQuote } = shown.proposal;
  const quantity = decimal(shown.quantityBase);
  const risk =
    stopPriceQuote === null ? null : decimal(entryPriceQuote).minus(stopPriceQuote).abs().times(quantity);
  const hasShare = risk !== null && equityQuote !== null && decimal(equityQuote).gt(0);
  return {
    ...shown,
    notionalQuote: decimalText(quantity.times(entryPriceQuote)),
    riskQuote: risk === null ? null : decimalText(risk),
    riskFraction: hasShare ? Number(divideDecimals(risk, decimal(equityQuote), 8)) : null,
  };
}
