/**
 * Held by `tsc`, not run: an order the gate has not passed does not compile against a broker. Each line below is an
 * error today; one that starts to compile fails the types step of `npm run check`.
 */
import type { OrderRequest } from '#domain/order.ts';
import type { TradeProposal } from '#domain/proposal.ts';
import type { RiskApproved } from '#domain/risk-approved.ts';
import type { Broker } from '#exchanges/ports/broker.ts';

export function submitsOnlyWhatIsApproved(
  broker: Broker,
  order: OrderRequest,
  approved: RiskApproved<OrderRequest>,
  otherApproved: RiskApproved<TradeProposal>,
): void {
  void broker.submit(approved);
  // @ts-expect-error A plain order is not approved.
  void broker.submit(order);
  // @ts-expect-error Freezing an order does not approve it.
  void broker.submit(Object.freeze({ ...order }));
  // @ts-expect-error An approval of something else is none.
  void broker.submit(otherApproved);
  // @ts-expect-error The brand cannot be written by hand.
  const forged: RiskApproved<OrderRequest> = { ...order, approvedBrand: true };
  void forged;
}

export function changesNothingOfAnApproval(approved: RiskApproved<OrderRequest>): void {
  // @ts-expect-error What was approved may not grow afterwards.
  approved.quantityBase = '100';
}
