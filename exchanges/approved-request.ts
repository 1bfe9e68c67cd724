import { AppError } from '#domain/errors.ts';
import { OrderRequest } from '#domain/order.ts';
import { isRiskApproved, type RiskApproved } from '#domain/risk-approved.ts';

/** What was approved cannot change any more: who prepares it and then submits it reads it once. */
const READ = new WeakMap<RiskApproved<OrderRequest>, OrderRequest>();

/**
 * Reads an order once it is known to be the gate's own object; a copy would not be approved any more.
 * @throws AppError `order_unapproved`, `order_rejected`
 */
export function approvedRequest(order: RiskApproved<OrderRequest>, venue: string): OrderRequest {
  if (!isRiskApproved(order))
    throw new AppError('order_unapproved', `an order reached ${venue} without the gate’s approval`);
  const known = READ.get(order);
  if (known !== undefined) return known;
  const request = OrderRequest.safeParse(order);
  if (request.success) {
    READ.set(order, Object.freeze(request.data));
    return request.data;
  }
  const issues = request.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw new AppError('order_rejected', `order ${order.clientOrderId} is malformed: ${issues}`, {
    cause: request.error,
  });
}
