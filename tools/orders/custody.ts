/** Carries out the custody plan: writes the intent, sends the stop, and closes at market what it cannot protect. */
import type { Position } from '#domain/account.ts';
import { decimal } from '#domain/decimal.ts';
import type { IntentStatus, OrderIntent } from '#domain/intent.ts';
import { MINUTE_MS } from '#domain/time.ts';
import { type CustodyAction, type CustodyFacts, planCustody } from './custody-plan.ts';
import { type ClosingParts, planOwnIntents, sendReducing } from './own-orders.ts';
import { isProtectionOverdue } from './protection-deadline.ts';
import type { SendingParts } from './send-intent.ts';

export interface CustodyParts extends ClosingParts {
  /** For how long a stop is tried that does not come to stand; then the position is closed at market first. */
  readonly protectWithinMs: number;
}

export interface CustodyNote {
  /** `liquidated` is the venue's doing: it is told, and nothing was done. */
  readonly action: 'placed' | 'cancelled' | 'closed' | 'failed' | 'liquidated';
  readonly symbol: string;
  readonly detail: string;
}

/** How often a stop is tried before the position is closed at market; a target has time until another pass. */
const ATTEMPTS = { stop: 2, target: 1 } as const;
/** A stop that took longer to fail leaves no time for another: of the 5 s a position may stand naked, the exit needs some. */
const SECOND_TRY_WITHIN_MS = 1_000;
/** How long a better stop that was refused waits for its next try while others cover all of the position. */
const COVERED_TRIES_EVERY_MS = MINUTE_MS;
const WAS_REFUSED: ReadonlySet<IntentStatus> = new Set(['rejected', 'settled', 'unknown']);
const LIVE = new Set(['acknowledged', 'partially_filled', 'filled']);

export async function keepCustody(
  deskId: string,
  facts: CustodyFacts,
  parts: CustodyParts,
): Promise<CustodyNote[]> {
  const notes: CustodyNote[] = [];
  const unprotected = new Set<string>();
  const closed = new Set<string>();
  for (const action of planCustody(facts, parts.clock.nowMs())) {
    const { symbol } = action.kind === 'place' ? action.position : action.order;
    // A wrong stop is better than none: while its replacement failed, nothing of that symbol is cancelled or aimed at.
    if (unprotected.has(symbol)) continue;
    // A target of what was just closed at market would be an orphan at once.
    if (action.kind === 'place' && closed.has(symbol)) continue;
    const note =
      action.kind === 'place' ? await protect(deskId, action, facts, parts) : await cancel(action, parts);
    if (note === 'waits') {
      unprotected.add(symbol);
      continue;
    }
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

/**
 * Closes a position at market under custody's own name or a person's: in as many orders as the venue's largest one makes
 * of it, all written down before the first leaves, each under the next free sequence. What one of them could not close
 * the next pass finds still held.
 */
export async function closeAtMarket(
  deskId: string,
  position: Position,
  parts: ClosingParts,
  why: string,
  by: 'custody' | 'person' = 'custody',
): Promise<CustodyNote> {
  const runId = by === 'person' ? `${PERSON}${position.positionId}` : custodyRunOf(position);
  const own = { purpose: 'exit', triggerPriceQuote: null, runId, reason: why } as const;
  const intents = await planOwnIntents(deskId, position, own, parts);
  const sent: OrderIntent[] = [];
  for (const intent of intents) sent.push(await sendReducing(intent, position, parts));
  const symbol = position.symbol;
  const failed = sent.find(({ status }) => !LIVE.has(status));
  if (failed === undefined)
    return { action: 'closed', symbol, detail: `${position.quantityBase} closed at market: ${why}` };
  const share = sent.length > 1 ? `${failed.request.quantityBase} of ${position.quantityBase} ` : '';
  const detail = `closing ${share}at market ended ${failed.status}: ${failed.reason ?? why}`;
  return { action: 'failed', symbol, detail };
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
  parts: ClosingParts,
): Promise<CustodyNote | null> {
  const gained = decimal(toQuote).minus(fromQuote);
  if (position.side === 'long' ? gained.lte(0) : gained.gte(0)) return null;
  const runId = custodyRunOf(position);
  const own = { purpose: 'stop', triggerPriceQuote: toQuote, occasion, runId } as const;
  const intents = await planOwnIntents(deskId, position, own, parts);
  const planned = intents.filter(({ status }) => status === 'planned');
  let last: OrderIntent | undefined;
  for (const intent of planned) {
    last = await sendReducing(intent, position, parts);
    if (!LIVE.has(last.status)) break;
  }
  if (last === undefined) return null;
  const detail = `stop from ${fromQuote} to ${last.request.triggerPriceQuote}: ${last.status}`;
  return { action: LIVE.has(last.status) ? 'placed' : 'failed', symbol: position.symbol, detail };
}

/** `waits` where all of the position is covered and a better stop was refused a moment ago. */
async function protect(
  deskId: string,
  action: Extract<CustodyAction, { kind: 'place' }>,
  { meantIntents }: CustodyFacts,
  parts: CustodyParts,
): Promise<CustodyNote | 'waits'> {
  const { position, purpose, meant, triggerPriceQuote, quantityBase, isCovered, why } = action;
  const isNaked = purpose === 'stop' && !isCovered;
  if (purpose === 'stop' && isCovered && (await wasJustRefused(action, parts))) return 'waits';
  const overdue = isNaked ? await closeOverdue(deskId, position, meantIntents, parts) : null;
  if (overdue?.action === 'closed') return overdue;
  const startedAtMs = parts.clock.nowMs();
  let last: OrderIntent | null = null;
  for (let attempt = 0; attempt < ATTEMPTS[purpose]; attempt++) {
    const own = { purpose, triggerPriceQuote, quantityBase, runId: custodyRunOf(position) };
    const [intent] =
      attempt > 0 || meant === null ? await planOwnIntents(deskId, position, own, parts) : [meant];
    if (intent === undefined) break;
    last = await sendReducing(intent, position, parts);
    if (LIVE.has(last.status)) {
      return { action: 'placed', symbol: position.symbol, detail: `${purpose} ${triggerPriceQuote}: ${why}` };
    }
    // One without an answer may stand after all: two stops are soon one again, none may be too late.
    if (parts.clock.nowMs() - startedAtMs >= SECOND_TRY_WITHIN_MS) break;
  }
  const reason = `${purpose} ${triggerPriceQuote} ended ${last?.status ?? 'unsent'}: ${last?.reason ?? why}`;
  if (!isNaked) return { action: 'failed', symbol: position.symbol, detail: reason };
  return overdue ?? closeAtMarket(deskId, position, parts, reason);
}

async function wasJustRefused(
  { position, purpose, triggerPriceQuote }: Extract<CustodyAction, { kind: 'place' }>,
  { store, clock }: CustodyParts,
): Promise<boolean> {
  const tried = (await store.intentsOfRun(custodyRunOf(position))).filter(
    ({ request }) => request.purpose === purpose && request.triggerPriceQuote === triggerPriceQuote,
  );
  return tried.some(
    ({ status, updatedAtMs }) =>
      WAS_REFUSED.has(status) && clock.nowMs() - updatedAtMs < COVERED_TRIES_EVERY_MS,
  );
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
