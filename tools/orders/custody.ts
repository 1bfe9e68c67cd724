/** Carries out the custody plan: writes the intent, sends the stop, and closes at market what it cannot protect. */
import type { Position } from '#domain/account.ts';
import { decimal } from '#domain/decimal.ts';
import { AppError } from '#domain/errors.ts';
import type { OrderIntent } from '#domain/intent.ts';
import type { OrderPurpose, OrderRequest } from '#domain/order.ts';
import { approveReducing } from '../risk/approve.ts';
import { clientOrderId } from './client-order-id.ts';
import { type CustodyAction, type CustodyFacts, planCustody } from './custody-plan.ts';
import { isProtectionOverdue } from './protection-deadline.ts';
import { type SendingParts, sendIntent } from './send-intent.ts';

export interface CustodyParts extends SendingParts {
  /** For how long a stop is tried that does not come to stand; then the position is closed at market first. */
  readonly protectWithinMs: number;
}

export interface CustodyNote {
  readonly action: 'placed' | 'cancelled' | 'closed' | 'failed';
  readonly symbol: string;
  readonly detail: string;
}

/** How often a stop is tried before the position is closed at market. */
const STOP_ATTEMPTS = 2;
/** A stop that took longer to fail leaves no time for another: of the 5 s a position may stand naked, the exit needs some. */
const SECOND_TRY_WITHIN_MS = 1_000;
const LIVE = new Set(['acknowledged', 'partially_filled', 'filled']);

export async function keepCustody(
  deskId: string,
  facts: CustodyFacts,
  parts: CustodyParts,
): Promise<CustodyNote[]> {
  const notes: CustodyNote[] = [];
  const unprotected = new Set<string>();
  const closed = new Set<string>();
  for (const action of planCustody(facts)) {
    const { symbol } = action.kind === 'place' ? action.position : action.order;
    // A wrong stop is better than none: while its replacement failed, nothing of that symbol is cancelled or aimed at.
    if (unprotected.has(symbol)) continue;
    // A target of what was just closed at market would be an orphan at once.
    if (action.kind === 'place' && closed.has(symbol)) continue;
    const note =
      action.kind === 'place' ? await protect(deskId, action, facts, parts) : await cancel(action, parts);
    if (note.action === 'closed') closed.add(note.symbol);
    if (note.action === 'failed' && action.kind === 'place' && action.purpose === 'stop')
      unprotected.add(note.symbol);
    notes.push(note);
  }
  return notes;
}

/** Under which run the orders are kept that custody makes for a position in its own name. */
export function custodyRunOf({ positionId }: Position): string {
  return `custody:${positionId}`;
}

const PERSON = 'person:';

/** Whether a person asked for this order, as against the desk itself. */
export function isPersons({ runId }: Pick<OrderIntent, 'runId'>): boolean {
  return runId.startsWith(PERSON);
}

/** Closes a position at market under custody's own name or a person's, sequence by sequence until one order stands. */
export async function closeAtMarket(
  deskId: string,
  position: Position,
  parts: SendingParts,
  why: string,
  by: 'custody' | 'person' = 'custody',
): Promise<CustodyNote> {
  const runId = by === 'person' ? `${PERSON}${position.positionId}` : custodyRunOf(position);
  const own = { purpose: 'exit', triggerPriceQuote: null, runId, reason: why } as const;
  const intent = await planOwnIntent(deskId, position, own, parts);
  const sent = await sendReducing(intent, position, parts);
  const symbol = position.symbol;
  return LIVE.has(sent.status)
    ? { action: 'closed', symbol, detail: `${position.quantityBase} closed at market: ${why}` }
    : { action: 'failed', symbol, detail: `closing at market ended ${sent.status}: ${sent.reason ?? why}` };
}

export interface TighterStop {
  /** What this is for, such as a trip of the breaker: for one occasion a position's stop moves once. */
  readonly occasion: string;
  readonly fromQuote: string;
  readonly toQuote: string;
}

/**
 * Moves a position's stop nearer to the market; the old one is cancelled by the next custody pass. Null when the price
 * would not take risk off, or the stop was moved for this occasion already.
 */
export async function tightenStop(
  deskId: string,
  position: Position,
  { occasion, fromQuote, toQuote }: TighterStop,
  parts: SendingParts,
): Promise<CustodyNote | null> {
  const gained = decimal(toQuote).minus(fromQuote);
  if (position.side === 'long' ? gained.lte(0) : gained.gte(0)) return null;
  const own = { purpose: 'stop', triggerPriceQuote: toQuote, occasion } as const;
  const intent = await planOwnIntent(deskId, position, own, parts);
  if (intent.status !== 'planned') return null;
  const sent = await sendReducing(intent, position, parts);
  const detail = `stop from ${fromQuote} to ${intent.request.triggerPriceQuote}: ${sent.status}`;
  return { action: LIVE.has(sent.status) ? 'placed' : 'failed', symbol: position.symbol, detail };
}

async function protect(
  deskId: string,
  action: Extract<CustodyAction, { kind: 'place' }>,
  { meantIntents }: CustodyFacts,
  parts: CustodyParts,
): Promise<CustodyNote> {
  const { position, purpose, meant, triggerPriceQuote, why } = action;
  const overdue = purpose === 'stop' ? await closeOverdue(deskId, position, meantIntents, parts) : null;
  if (overdue?.action === 'closed') return overdue;
  const startedAtMs = parts.clock.nowMs();
  let last: OrderIntent | null = null;
  for (let attempt = 0; attempt < STOP_ATTEMPTS; attempt++) {
    const own = attempt > 0 || meant === null;
    const intent = own ? await planOwnIntent(deskId, position, { purpose, triggerPriceQuote }, parts) : meant;
    last = await sendReducing(intent, position, parts);
    if (LIVE.has(last.status)) {
      return { action: 'placed', symbol: position.symbol, detail: `${purpose} ${triggerPriceQuote}: ${why}` };
    }
    // One without an answer may stand after all: two stops are soon one again, none may be too late.
    if (parts.clock.nowMs() - startedAtMs >= SECOND_TRY_WITHIN_MS) break;
  }
  const reason = `${purpose} ${triggerPriceQuote} ended ${last?.status ?? 'unsent'}: ${last?.reason ?? why}`;
  if (purpose === 'target') return { action: 'failed', symbol: position.symbol, detail: reason };
  return overdue ?? closeAtMarket(deskId, position, parts, reason);
}

/** Null while there is time to protect the position. */
async function closeOverdue(
  deskId: string,
  position: Position,
  meantIntents: readonly OrderIntent[],
  parts: CustodyParts,
): Promise<CustodyNote | null> {
  const { clock, protectWithinMs } = parts;
  const isOverdue = isProtectionOverdue(position, meantIntents, { nowMs: clock.nowMs(), protectWithinMs });
  if (!isOverdue) return null;
  return closeAtMarket(deskId, position, parts, `no stop came to stand within ${protectWithinMs} ms`);
}

async function cancel(
  { order, why }: Extract<CustodyAction, { kind: 'cancel' }>,
  parts: SendingParts,
): Promise<CustodyNote> {
  try {
    await parts.broker.cancel(order.symbol, order.clientOrderId);
    return {
      action: 'cancelled',
      symbol: order.symbol,
      detail: `${order.purpose} ${order.clientOrderId}: ${why}`,
    };
  } catch (thrown) {
    const detail = thrown instanceof Error ? thrown.message : String(thrown);
    return { action: 'failed', symbol: order.symbol, detail: `cancel of ${order.clientOrderId}: ${detail}` };
  }
}

async function sendReducing(
  intent: OrderIntent,
  position: Position,
  parts: SendingParts,
): Promise<OrderIntent> {
  const approved = approveReducing(intent.request, position);
  if (approved === null) {
    throw new AppError(
      'internal',
      `custody made an order that does not reduce ${position.symbol}: ${intent.intentId}`,
    );
  }
  const isUnsent = intent.status === 'planned' || intent.status === 'sent';
  return isUnsent ? sendIntent(intent, approved, parts) : intent;
}

interface OwnOrder {
  readonly purpose: Exclude<OrderPurpose, 'entry'>;
  readonly triggerPriceQuote: string | null;
  /** One order of this purpose for each occasion; without one, each asking makes another order. */
  readonly occasion?: string;
  /** Under which run it is kept; custody's own when absent. */
  readonly runId?: string;
  readonly reason?: string | null;
}

/** Plans an order custody sends for a position in its own name; the sequence counts what stands already. */
async function planOwnIntent(
  deskId: string,
  position: Position,
  { purpose, triggerPriceQuote, occasion, runId = custodyRunOf(position), reason = null }: OwnOrder,
  { store, clock }: SendingParts,
): Promise<OrderIntent> {
  const { symbol } = position;
  const earlier = (await store.intentsOfRun(runId)).filter(({ request }) => request.purpose === purpose);
  const request: OrderRequest = {
    clientOrderId:
      occasion === undefined
        ? clientOrderId({ runId, symbol, leg: purpose, sequence: earlier.length })
        : clientOrderId({ runId: `${runId}|${occasion}`, symbol, leg: purpose, sequence: 0 }),
    symbol,
    side: position.side === 'long' ? 'sell' : 'buy',
    type: purpose === 'exit' ? 'market' : purpose === 'stop' ? 'stop_market' : 'take_profit_market',
    purpose,
    quantityBase: position.quantityBase,
    priceQuote: null,
    triggerPriceQuote,
    reduceOnly: true,
    timeInForce: 'gtc',
    leverage: position.leverage,
  };
  const atMs = clock.nowMs();
  const planned: OrderIntent = {
    intentId: request.clientOrderId,
    runId,
    deskId,
    proposalId: null,
    status: 'planned',
    request,
    reason,
    createdAtMs: atMs,
    updatedAtMs: atMs,
  };
  const [intent] = await store.planIntents([planned]);
  if (intent === undefined) throw new AppError('internal', `no intent row for ${planned.intentId}`);
  return intent;
}
