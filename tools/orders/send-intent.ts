/**
 * One intent, one order. The row says `sent` before the wire does, and an answer that never came is `unknown` until the
 * venue has been asked. No retry around the send: a timeout may hide a fill, and a second order would double it.
 */
import { AppError, type ErrorCode, toAppError } from '#domain/errors.ts';
import type { IntentStatus, OrderIntent } from '#domain/intent.ts';
import { canStepIntent } from '#domain/intent.ts';
import type { Order, OrderRequest, OrderStatus } from '#domain/order.ts';
import type { RiskApproved } from '#domain/risk-approved.ts';
import type { Clock } from '#domain/time.ts';
import type { Broker } from '#exchanges/ports/broker.ts';
import type { PlannedEntry } from './entry-orders.ts';
import type { OrderStore } from './order-store.ts';

export interface SendingParts {
  readonly broker: Broker;
  readonly store: OrderStore;
  readonly clock: Clock;
  /**
   * Asked right before an entry goes on the wire. @throws AppError when the desk's lock is gone: another process may have
   * taken over, and what this one knows may be old
   */
  readonly assertExclusive: () => void;
}

const INTENT_OF_ORDER: Readonly<Record<OrderStatus, IntentStatus>> = {
  created: 'acknowledged',
  submitted: 'acknowledged',
  pending: 'acknowledged',
  partially_filled: 'partially_filled',
  filled: 'filled',
  cancelled: 'cancelled',
  rejected: 'rejected',
};

/** What the venue's word says of a sent order that nothing stands of; after any other failure it may. */
const AFTER_FAILURE: Partial<Record<ErrorCode, IntentStatus>> = {
  order_rejected: 'rejected',
  order_turned_away: 'settled',
};

/**
 * Sends an intent's order and gives the intent as evidence left it. Never throws for what the venue says, nor takes a
 * failure of our own store for one.
 * The intent is planned, or it was sent by a process that died and the venue has been asked and never saw it: then it is
 * sent once more if it reduces. Where another has taken the step nothing leaves from here, and the order is looked for.
 * `prepared` is what `prepareOrder` said of it, where that was asked before.
 */
export async function sendIntent(
  intent: OrderIntent,
  order: RiskApproved<OrderRequest>,
  parts: SendingParts,
  prepared?: AppError | null,
): Promise<OrderIntent> {
  assertOwn(intent, order);
  if (intent.status === 'sent' && !order.reduceOnly)
    throw new AppError('internal', `entry ${intent.intentId} was to be sent a second time`);
  // What the account must be set to comes first: between the halt's last word and the order lies one request.
  const unprepared = prepared === undefined ? await prepareOrder(order, parts) : prepared;
  const sent = await claim(intent, parts);
  if (sent === null) return findTaken(intent, parts);
  // Trading was halted since the gate passed this entry: the store has cancelled it, and nothing leaves.
  if (sent.status === 'cancelled') return sent;
  return unprepared === null ? leave(sent, order, parts) : settleFailed(sent, unprepared, parts);
}

/**
 * Sends an entry nobody has written down before, for which the account is prepared: its plan, its protection's and the
 * step to `sent` are one commit. False where the store has refused that, and then nothing has left.
 */
export async function sendNewEntry(
  [entry, ...protection]: PlannedEntry,
  order: RiskApproved<OrderRequest>,
  parts: SendingParts,
): Promise<boolean> {
  assertOwn(entry, order);
  const sent = { ...entry, status: 'sent' } as const;
  if (!(await parts.store.planSent(sent, protection))) return false;
  await leave(sent, order, parts);
  return true;
}

function assertOwn({ request }: OrderIntent, { clientOrderId }: OrderRequest): void {
  if (clientOrderId === request.clientOrderId) return;
  throw new AppError('internal', `order ${clientOrderId} was sent for intent ${request.clientOrderId}`);
}

/** Puts the order of an intent that stands `sent` on the wire. */
async function leave(
  sent: OrderIntent,
  order: RiskApproved<OrderRequest>,
  parts: SendingParts,
): Promise<OrderIntent> {
  if (!order.reduceOnly) parts.assertExclusive();
  const answer = await answered(() => parts.broker.submit(order));
  return answer instanceof AppError ? settleFailed(sent, answer, parts) : recordOrder(sent, answer, parts);
}

async function settleFailed(
  sent: OrderIntent,
  { code, message }: AppError,
  parts: SendingParts,
): Promise<OrderIntent> {
  const to = AFTER_FAILURE[code] ?? 'unknown';
  const moved = await parts.store.moveIntent(sent.intentId, to, evidence(parts, message, null));
  return to === 'unknown' ? lookUpIntent(moved, parts) : moved;
}

/** The intent as it may now leave; null where another mover has it. */
async function claim(intent: OrderIntent, parts: SendingParts): Promise<OrderIntent | null> {
  const { store, clock } = parts;
  try {
    return intent.status === 'sent'
      ? await store.claimResend(intent, clock.nowMs())
      : await store.moveIntent(intent.intentId, 'sent', evidence(parts, null, null));
  } catch (thrown) {
    if (toAppError(thrown).code === 'conflict') return null;
    throw thrown;
  }
}

/** Its order may be on its way at this moment: one the venue does not know yet leaves the intent as it is. */
async function findTaken(intent: OrderIntent, parts: SendingParts): Promise<OrderIntent> {
  const taken = (await parts.store.intentOf(intent.request.clientOrderId)) ?? intent;
  const found = await findIntent(taken, parts);
  return found === null || found === 'unreadable' ? taken : recordOrder(taken, found, parts);
}

/** Why an entry cannot be sent; null when it can. Whatever failed here, no order has left. */
export async function prepareOrder(
  order: RiskApproved<OrderRequest>,
  { broker }: SendingParts,
): Promise<AppError | null> {
  if (order.reduceOnly) return null;
  const failure = await answered(() => broker.prepare(order));
  if (!(failure instanceof AppError)) return null;
  if (failure.code in AFTER_FAILURE) return failure;
  return new AppError('order_turned_away', `it was not sent: ${failure.message}`, { cause: failure });
}

/** What the broker gives, or how it failed. @throws AppError `order_unapproved` */
async function answered<Result>(call: () => Promise<Result>): Promise<Result | AppError> {
  try {
    return await call();
  } catch (thrown) {
    const failure = toAppError(thrown);
    if (failure.code === 'order_unapproved') throw failure;
    return failure;
  }
}

/**
 * Asks the venue what became of a sent intent. An unreachable venue leaves it as it is, and so does one that may still
 * be about to see it. After that an order the venue has never heard of is settled: nothing stands there; and one that
 * stood is over, since venues forget what has ended, Binance a fired stop after a week.
 */
export async function lookUpIntent(intent: OrderIntent, parts: SendingParts): Promise<OrderIntent> {
  const found = await findIntent(intent, parts);
  if (found === 'unreadable') return intent;
  if (found !== null) return recordOrder(intent, found, parts);
  if (parts.clock.nowMs() - intent.updatedAtMs < parts.broker.sendSettlesWithinMs) return intent;
  const hasStood = intent.status !== 'sent' && intent.status !== 'unknown';
  const reason = hasStood
    ? 'the venue does not know it any more'
    : (intent.reason ?? 'the venue has never seen this order');
  const to = hasStood ? 'cancelled' : 'settled';
  return parts.store.moveIntent(intent.intentId, to, evidence(parts, reason, null));
}

/** The venue's order of an intent; null when it says it never saw one. */
export async function findIntent(
  intent: OrderIntent,
  { broker }: SendingParts,
): Promise<Order | null | 'unreadable'> {
  try {
    return await broker.findOrder(intent.request.symbol, intent.request.clientOrderId);
  } catch {
    return 'unreadable';
  }
}

/** Moves an intent to where the venue's order stands; a step that is already taken, or lies behind, is none. */
export async function recordOrder(
  intent: OrderIntent,
  order: Order,
  parts: SendingParts,
): Promise<OrderIntent> {
  const to = INTENT_OF_ORDER[order.status];
  if (!canStepIntent(intent.status, to)) return intent;
  return parts.store.moveIntent(intent.intentId, to, evidence(parts, order.reason, order));
}

function evidence({ clock }: SendingParts, reason: string | null, order: Order | null) {
  return { atMs: clock.nowMs(), reason, order };
}
