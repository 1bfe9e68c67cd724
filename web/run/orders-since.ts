/** What the venue has told of a run's orders since its record was written. Pure. */
import type { Order } from '#domain/order.ts';
import { baseName, spaced } from '../format/words.ts';

/** Each order as last told, else as the record has it. */
export function latestOrders(recorded: readonly Order[], told: readonly Order[]): Order[] {
  return [...new Map([...recorded, ...told].map((order) => [order.clientOrderId, order])).values()];
}

const TOLD_STATUSES: ReadonlySet<Order['status']> = new Set([
  'partially_filled',
  'filled',
  'cancelled',
  'rejected',
]);

/** `entry BNB filled, target BNB cancelled`; empty where nothing has come of them since. */
export function sinceWords(recorded: readonly Order[], told: readonly Order[]): string {
  const was = new Map(recorded.map(({ clientOrderId, status }) => [clientOrderId, status]));
  return told
    .filter(({ clientOrderId, status }) => TOLD_STATUSES.has(status) && was.get(clientOrderId) !== status)
    .map(({ purpose, symbol, status }) => `${purpose} ${baseName(symbol)} ${spaced(status)}`)
    .join(', ');
}
