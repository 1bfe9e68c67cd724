/**
 * Carries entries that go out over time one step further: withdraws what shall not rest any more, and sends the next
 * order when the gate, asked anew with the venue just read, still passes it. Done in every reconciliation, the guard's
 * of each second and the cycle's; a process that dies in between leaves intents that tell the next one where it was.
 */
import { decimalText } from '#domain/decimal.ts';
import { toAppError } from '#domain/errors.ts';
import type { Instrument } from '#domain/instrument.ts';
import { isIntentFinal, type OrderIntent } from '#domain/intent.ts';
import type { Order } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { WorkingEntry } from '#domain/working-entry.ts';
import { type Approval, approveEntry } from '../risk/approve.ts';
import type { GateContext } from '../risk/gate-context.ts';
import { isSoundPrice } from '../risk/prices.ts';
import { reservedOrder } from '../risk/reserved-order.ts';
import { entryRequest, plannedEntry } from './entry-orders.ts';
import { type EntryStep, filledOf, isResting, nextEntryStep, unsentOf, WITHDRAWN } from './entry-steps.ts';
import type { EntryOrder } from './order-store.ts';
import { recordOrder, type SendingParts, sendIntent } from './send-intent.ts';

export interface EntryNote {
  readonly action: 'sent' | 'withdrawn' | 'ended' | 'failed';
  readonly symbol: string;
  readonly detail: string;
}

/** The venue as it was read, with what is begun and not sent yet among its orders; without an account nothing opens. */
export type GateView = Pick<GateContext, 'account' | 'positions' | 'openOrders' | 'unknownOutcomes'>;

export interface EntryParts extends SendingParts {
  readonly deskId: string;
  readonly instruments: ReadonlyMap<MarketSymbol, Instrument>;
}

/** One look at an entry may withdraw an order, send the next and see that it is done. */
const STEPS_AT_ONCE = 3;

/**
 * One entry as far as it comes now. Where the venue (null) or the gate's facts cannot be read nothing is sent; its
 * deadline, and a halt as far as that is known, still withdraw.
 */
export async function workEntry(
  entry: WorkingEntry,
  view: GateView | null,
  readContext: (view: GateView) => Promise<GateContext>,
  parts: EntryParts,
): Promise<EntryNote[]> {
  const { symbol } = entry.proposal;
  const instrument = parts.instruments.get(symbol);
  if (instrument === undefined) return [await endEntry(entry, 'the venue does not offer it any more', parts)];
  const context = await readable(readContext(view ?? UNREAD));
  const last = context?.lastPricesQuote.get(symbol);
  const notes: EntryNote[] = [];
  for (let steps = 0; steps < STEPS_AT_ONCE; steps++) {
    const sent = await parts.store.ordersOfEntry(entry);
    const step = nextEntryStep(entry, {
      nowMs: parts.clock.nowMs(),
      sent,
      positions: view?.positions ?? null,
      instrument,
      tradingMode: context?.tradingMode ?? null,
      atRisk: context?.atRisk,
      lastQuote: view === null || last === undefined || !isSoundPrice(last) ? null : decimalText(last),
    });
    const note = await carryOut(step, { entry, sent, context }, parts);
    if (note !== null) notes.push(note);
    // What was sent may have filled: the venue is read, and its protection placed, before anything else.
    if (note?.action !== 'withdrawn') break;
  }
  return notes;
}

/** What the gate is asked with where the venue does not answer: enough to hear of a halt. */
const UNREAD: GateView = { account: null, positions: [], openOrders: [], unknownOutcomes: 0 };

interface EntryAtWork {
  readonly entry: WorkingEntry;
  readonly sent: readonly EntryOrder[];
  readonly context: GateContext | null;
}

async function carryOut(step: EntryStep, work: EntryAtWork, parts: EntryParts): Promise<EntryNote | null> {
  switch (step.kind) {
    case 'wait':
      return null;
    case 'end':
      return endEntry(work.entry, step.why, parts);
    case 'withdraw':
      return withdraw(step.resting.intent, step.why, parts);
    case 'follow':
      // The place it has is given up only for one it may take.
      return approve(step, work)?.approved === true
        ? withdraw(step.resting.intent, `follows to ${step.priceQuote}`, parts)
        : null;
    case 'send':
      return send(step, work, parts);
  }
}

type Take = Extract<EntryStep, { kind: 'send' | 'follow' }>;

/** Null where the gate's facts or the price are missing. */
function approve(step: Take, { entry, sent, context }: EntryAtWork): Approval | null {
  const last = context?.lastPricesQuote.get(entry.proposal.symbol);
  if (context === null || last === undefined) return null;
  const { quantityBase, priceQuote, timeInForce } = step;
  // Fresh when the entry began; from there on its deadline says how long it may go on.
  const atMs = context.nowMs;
  const proposal = { ...entry.proposal, quantityBase, entryPriceQuote: decimalText(last), atMs };
  const terms = { runId: entry.runId, sequence: sent.length, priceQuote, timeInForce };
  return approveEntry(proposal, withoutOwn(entry, sent, context), (passed) =>
    entryRequest(proposal, { ...terms, quantityBase: passed }),
  );
}

/** The gate's facts without what this entry has on the venue or has spoken for: that is what is being judged. */
function withoutOwn(entry: WorkingEntry, sent: readonly EntryOrder[], context: GateContext): GateContext {
  const own = new Set([entry.entryId, ...sent.map(({ intent }) => intent.request.clientOrderId)]);
  const openOrders = context.openOrders.filter(({ clientOrderId }) => !own.has(clientOrderId));
  const filled = filledOf(sent);
  if (filled.lte(0)) return { ...context, openOrders };
  const { symbol, side } = entry.proposal;
  return { ...context, openOrders, growing: { symbol, side, filledBase: decimalText(filled) } };
}

async function send(step: Take, work: EntryAtWork, parts: EntryParts): Promise<EntryNote | null> {
  const { entry, sent } = work;
  const approval = approve(step, work);
  if (approval?.approved !== true) return null;
  const { order } = approval;
  const { runId, proposal } = entry;
  const atMs = parts.clock.nowMs();
  await dropUnsent(sent, 'its process stopped before it was sent', parts);
  const of = { runId, deskId: parts.deskId, atMs, protectedBase: entry.quantityBase };
  const [intent] = await parts.store.planIntents(plannedEntry(order, proposal, of));
  if (intent?.status !== 'planned') return null;
  const moved = await sendIntent(intent, order, parts);
  const detail = `${entry.style} ${order.quantityBase} at ${order.priceQuote}: ${moved.status}`;
  const isRefused = moved.status === 'rejected' || moved.status === 'cancelled';
  return isRefused && moved.reason !== null
    ? { action: 'failed', symbol: proposal.symbol, detail: `${detail}, ${moved.reason}` }
    : { action: 'sent', symbol: proposal.symbol, detail };
}

async function withdraw(intent: OrderIntent, why: string, parts: SendingParts): Promise<EntryNote> {
  const { clientOrderId, symbol } = intent.request;
  try {
    const order = await parts.broker.cancel(symbol, clientOrderId);
    const reason = order.status === 'cancelled' ? `${WITHDRAWN}${why}` : order.reason;
    await recordOrder(intent, { ...order, reason }, parts);
    return { action: 'withdrawn', symbol, detail: `${clientOrderId} (${order.status}): ${why}` };
  } catch (thrown) {
    const { message } = toAppError(thrown);
    return { action: 'failed', symbol, detail: `cancel of entry ${clientOrderId}: ${message}` };
  }
}

/** From here on nothing more is sent for it; what it has resting on the venue is another matter. */
export async function endEntry(entry: WorkingEntry, reason: string, parts: SendingParts): Promise<EntryNote> {
  const { entryId, style, proposal } = entry;
  await parts.store.endEntry(entryId, { atMs: parts.clock.nowMs(), reason });
  await dropUnsent(await parts.store.ordersOfEntry(entry), reason, parts);
  return { action: 'ended', symbol: proposal.symbol, detail: `${style}: ${reason}` };
}

async function dropUnsent(
  sent: readonly EntryOrder[],
  reason: string,
  { store, clock }: SendingParts,
): Promise<void> {
  for (const { intent } of sent)
    if (intent.status === 'planned')
      await store.moveIntent(intent.intentId, 'cancelled', { atMs: clock.nowMs(), reason, order: null });
}

/**
 * Gives up entries at once, because something stronger than their deadline says so. They are over before their orders
 * are cancelled: what cannot be cancelled now rests without an entry and is withdrawn by the next look.
 */
export async function abandonEntries(
  entries: readonly WorkingEntry[],
  why: string,
  parts: SendingParts,
): Promise<EntryNote[]> {
  const notes: EntryNote[] = [];
  for (const entry of entries)
    notes.push(await endEntry(entry, why, parts), ...(await withdrawResting(entry, why, parts)));
  return notes;
}

export async function withdrawResting(
  entry: WorkingEntry,
  why: string,
  parts: SendingParts,
): Promise<EntryNote[]> {
  const notes: EntryNote[] = [];
  for (const { intent } of await parts.store.ordersOfEntry(entry))
    if (isResting(intent.status)) notes.push(await withdraw(intent, why, parts));
  return notes;
}

/**
 * Withdraws orders of ours that rest for an entry which is over, or that were taken for gone and stand after all. An
 * entry at work with such an order is given up: what it has filled is not known to the last digit any more.
 */
export async function withdrawStrays(
  openOrders: readonly Order[],
  entries: readonly WorkingEntry[],
  parts: SendingParts,
): Promise<EntryNote[]> {
  const notes: EntryNote[] = [];
  for (const { purpose, type, clientOrderId } of openOrders) {
    if (purpose !== 'entry' || type !== 'limit') continue;
    const intent = await parts.store.intentOf(clientOrderId);
    if (intent === null) continue;
    const { runId, proposalId, status } = intent;
    const own = entries.find((entry) => entry.runId === runId && entry.proposal.proposalId === proposalId);
    if (own !== undefined && !isIntentFinal(status)) continue;
    if (own !== undefined)
      notes.push(...(await abandonEntries([own], `${clientOrderId} stands that was gone`, parts)));
    notes.push(await withdraw(intent, 'its entry is over', parts));
  }
  return notes;
}

/** What the entries have yet to send, as the orders it will be: other proposals find it spoken for. */
export async function reservationsOf(
  entries: readonly WorkingEntry[],
  { store }: Pick<SendingParts, 'store'>,
): Promise<Order[]> {
  const reservations: Order[] = [];
  for (const entry of entries) {
    const unsent = unsentOf(entry, await store.ordersOfEntry(entry));
    if (unsent.lte(0)) continue;
    const { entryId: clientOrderId, proposal } = entry;
    const quantityBase = decimalText(unsent);
    reservations.push(
      reservedOrder(proposal, { clientOrderId, quantityBase, priceQuote: proposal.entryPriceQuote }),
    );
  }
  return reservations;
}

async function readable(reading: Promise<GateContext>): Promise<GateContext | null> {
  try {
    return await reading;
  } catch (thrown) {
    if (toAppError(thrown).code === 'internal') throw thrown;
    return null;
  }
}
