/** A venue that misbehaves on request: the broker of a test, with faults in its way. */
import { AppError } from '#domain/errors.ts';
import type { OrderPurpose, OrderRequest } from '#domain/order.ts';
import type { RiskApproved } from '#domain/risk-approved.ts';
import type { Broker } from '#exchanges/ports/broker.ts';

/**
 * `lost_before` and `lost_after`: no answer, and the order did not or did take effect. `delayed`: no answer, and the
 * order takes effect when the test says so. `unavailable` is for every call, `empty` for a list that leaves everything
 * out, the others for `submit`.
 */
export type BrokerFault =
  | 'lost_before'
  | 'lost_after'
  | 'delayed'
  | 'rejected'
  | 'turned_away'
  | 'duplicate'
  | 'unavailable'
  | 'empty';

export interface BrokerFaultRule {
  readonly on: 'submit' | 'findOrder' | 'positions' | 'openOrders' | 'account' | 'activityAfter' | 'cancel';
  readonly fault: BrokerFault;
  /** Orders of this purpose only. */
  readonly purpose?: OrderPurpose;
  /** Orders and questions about this symbol only. */
  readonly symbol?: string;
  /** How many calls it hits; without a number, every one until `heal`. */
  readonly times?: number;
  /** Calls that pass first. */
  readonly after?: number;
}

export interface FaultingBroker {
  readonly broker: Broker;
  /** Every order that was put on the wire, whatever became of it. */
  readonly submitted: OrderRequest[];
  fail(rule: BrokerFaultRule): void;
  /** Ends every fault. */
  heal(): void;
  /** Lets the delayed orders reach the venue. */
  deliver(): Promise<void>;
}

interface LiveRule extends BrokerFaultRule {
  left: number;
  passing: number;
}

export function createFaultingBroker(inner: Broker, sendSettlesWithinMs = 0): FaultingBroker {
  const rules: LiveRule[] = [];
  const submitted: OrderRequest[] = [];
  const delayed: RiskApproved<OrderRequest>[] = [];

  function strikes(
    on: BrokerFaultRule['on'],
    about: { symbol?: string; purpose?: string } = {},
  ): BrokerFault | null {
    for (const rule of rules) {
      if (rule.on !== on || rule.left <= 0) continue;
      if (rule.symbol !== undefined && rule.symbol !== about.symbol) continue;
      if (rule.purpose !== undefined && rule.purpose !== about.purpose) continue;
      if (rule.passing > 0) {
        rule.passing -= 1;
        continue;
      }
      rule.left -= 1;
      return rule.fault;
    }
    return null;
  }

  function orUnavailable<Result>(
    on: BrokerFaultRule['on'],
    read: () => Promise<Result>,
    symbol?: string,
  ): Promise<Result> {
    const fault = strikes(on, symbol === undefined ? {} : { symbol });
    if (fault === null) return read();
    return Promise.reject(new AppError('venue_unavailable', `${on} did not answer`));
  }

  async function list<Entry>(
    on: 'positions' | 'openOrders',
    read: () => Promise<readonly Entry[]>,
  ): Promise<readonly Entry[]> {
    const fault = strikes(on);
    if (fault === 'empty') return [];
    if (fault !== null) throw new AppError('venue_unavailable', `${on} did not answer`);
    return read();
  }

  const broker: Broker = {
    ...inner,
    sendSettlesWithinMs,
    account: () => orUnavailable('account', inner.account),
    positions: () => list('positions', inner.positions),
    openOrders: () => list('openOrders', inner.openOrders),
    activityAfter: (cursor, owed) => orUnavailable('activityAfter', () => inner.activityAfter(cursor, owed)),
    findOrder: (symbol, id) => orUnavailable('findOrder', () => inner.findOrder(symbol, id), symbol),
    cancel: (symbol, id) => orUnavailable('cancel', () => inner.cancel(symbol, id), symbol),
    async submit(order) {
      submitted.push({ ...order });
      const fault = strikes('submit', order);
      if (fault === 'rejected') throw new AppError('order_rejected', `${order.purpose} refused by the test`);
      if (fault === 'turned_away') throw new AppError('order_turned_away', 'too many requests');
      if (fault === 'unavailable') throw new AppError('venue_unavailable', 'the venue is busy');
      if (fault === 'delayed') delayed.push(order);
      if (fault === 'lost_after' || fault === 'duplicate') await inner.submit(order);
      if (fault === 'duplicate') throw new AppError('order_duplicate', `${order.clientOrderId} was used`);
      if (fault !== null) throw new AppError('order_outcome_unknown', `no answer to ${order.clientOrderId}`);
      return inner.submit(order);
    },
  };

  return {
    broker,
    submitted,
    fail: (rule) =>
      rules.push({ ...rule, left: rule.times ?? Number.POSITIVE_INFINITY, passing: rule.after ?? 0 }),
    heal: () => void rules.splice(0),
    async deliver() {
      // One that comes too late may be refused; nobody waits for the answer.
      for (const order of delayed.splice(0)) await inner.submit(order).catch(() => undefined);
    },
  };
}
