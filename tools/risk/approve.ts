/** The one place that makes a `RiskApproved` order. An approval is asked for with fresh facts, right before the send. */
import type { Position } from '#domain/account.ts';
import { type DecimalText, decimal } from '#domain/decimal.ts';
import { OrderRequest } from '#domain/order.ts';
import type { TradeProposal, Verdict } from '#domain/proposal.ts';
import type { RiskApproved } from '#domain/risk-approved.ts';
import { sealApproval } from '#domain/seal-approval.ts';
import { deniedVerdict, deny } from './findings.ts';
import { judgeProposal } from './gate.ts';
import type { GateContext } from './gate-context.ts';

export type Approval =
  | { readonly approved: true; readonly order: RiskApproved<OrderRequest>; readonly verdict: Verdict }
  | { readonly approved: false; readonly verdict: Verdict };

/** How far a limit price may lie from the entry price that was judged. */
const LIMIT_REACH_FRACTION = 0.01;
/** Leverage means nothing on a reducing order, so a venue that tells none must not keep a stop from being placed. */
const ReducingOrder = OrderRequest.omit({ leverage: true });

/**
 * Asks the gate again and approves an entry of exactly what it passes. `build` makes the order for the passed quantity;
 * one that then says something else than its proposal, reaches too far with its price or waits for a trigger is denied.
 */
export function approveEntry(
  proposal: TradeProposal,
  context: GateContext,
  build: (quantityBase: string) => OrderRequest,
): Approval {
  const verdict = judgeProposal(proposal, context, 'place');
  if (verdict.outcome === 'denied') return { approved: false, verdict };
  // What was checked is what is sealed: the parsed copy, not the object somebody else still holds.
  const built = OrderRequest.safeParse(build(verdict.quantityBase));
  if (built.success && isFaithful(built.data, proposal, verdict.quantityBase))
    return { approved: true, order: sealApproval(built.data), verdict };
  const message = 'the order does not say what its proposal says';
  const findings = [...verdict.findings, deny('proposal_malformed', { message })];
  return { approved: false, verdict: deniedVerdict(proposal, 'place', findings) };
}

function isFaithful(order: OrderRequest, proposal: TradeProposal, quantityBase: DecimalText): boolean {
  return (
    order.symbol === proposal.symbol &&
    order.side === (proposal.side === 'long' ? 'buy' : 'sell') &&
    order.purpose === 'entry' &&
    !order.reduceOnly &&
    order.triggerPriceQuote === null &&
    order.leverage === proposal.leverage &&
    decimal(order.quantityBase).eq(quantityBase) &&
    (order.type === 'limit' ? isNearEntry(order.priceQuote, proposal) : order.type === 'market')
  );
}

function isNearEntry(priceQuote: DecimalText | null, { entryPriceQuote }: TradeProposal): boolean {
  if (priceQuote === null) return false;
  const reach = decimal(entryPriceQuote).times(decimal(LIMIT_REACH_FRACTION));
  return decimal(priceQuote).minus(entryPriceQuote).abs().lte(reach);
}

/** Approves an order that can only take risk off a position: an exit, a stop or a target. Null when it could do more. */
export function approveReducing(order: OrderRequest, position: Position): RiskApproved<OrderRequest> | null {
  const copy = { ...order };
  const isReducing =
    ReducingOrder.safeParse(copy).success &&
    copy.reduceOnly &&
    copy.purpose !== 'entry' &&
    copy.symbol === position.symbol &&
    copy.side === (position.side === 'long' ? 'sell' : 'buy') &&
    decimal(copy.quantityBase).gt(0) &&
    decimal(copy.quantityBase).lte(position.quantityBase);
  return isReducing ? sealApproval(copy) : null;
}
