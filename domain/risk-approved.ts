import { isSealed, type Sealed } from './seal-approval.ts';

/**
 * An order the gate has passed, and the only thing a broker takes. The brand cannot be written by hand and
 * `sealApproval` may be imported by the gate alone, so an unapproved order does not compile; brokers ask
 * `isRiskApproved` at run time as well. Never stored: the node that places asks the gate again.
 */
export type RiskApproved<T extends object> = Sealed<T>;

/** Whether the gate made this very object. A copy or a look-alike is not approved. */
export function isRiskApproved<T extends object>(order: T): order is RiskApproved<T> {
  return isSealed(order);
}
