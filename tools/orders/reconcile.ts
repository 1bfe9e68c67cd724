/** Reads the venue's truth and brings our books to it. A failed read is told as a failure, never taken for "flat". */
import type { Account, Position } from '#domain/account.ts';
import { AppError, type ErrorCode, toAppError } from '#domain/errors.ts';
import type { OrderIntent } from '#domain/intent.ts';
import type { Order, OrderPurpose } from '#domain/order.ts';
import type { WorkingEntry } from '#domain/working-entry.ts';
import type { Unreadable } from '#exchanges/ports/broker.ts';
import { type CustodyNote, type CustodyParts, keepCustody } from './custody.ts';
import type { CustodyFacts } from './custody-plan.ts';
import { dropDeadPlans } from './dead-plans.ts';
import { isResting } from './entry-steps.ts';
import { protectionMeantFor } from './meant-protection.ts';
import { type MoveParts, moveStops } from './move-stops.ts';
import { findIntent, lookUpIntent, recordOrder, type SendingParts } from './send-intent.ts';
import { liquidationNotes, onceVenueIsAsked, readBooks, venueBooks } from './venue-books.ts';
import { type GateView, reservationsOf } from './work-entries.ts';

/** The venue as it was just read. */
export interface DeskView {
  readonly account: Account;
  readonly positions: readonly Position[];
  readonly openOrders: readonly Order[];
  /** Sent intents nobody could settle, and what nobody can read; while there are any, nothing may be opened. */
  readonly unknownOutcomes: number;
  /** What custody did, and what the venue did to a position without being asked. */
  readonly custody: readonly CustodyNote[];
  /** Entries that go out over time and are not over. */
  readonly entries: readonly WorkingEntry[];
  /** What they have yet to send, as the orders it will be. */
  readonly reservations: readonly Order[];
}

/** What a gate is asked with: an entry that has begun counts as if all of it stood on the venue. */
export function gateViewOf(
  view: Omit<GateView, 'openOrders'> & Pick<DeskView, 'openOrders' | 'reservations'>,
): GateView {
  const { account, positions, unknownOutcomes, openOrders, reservations } = view;
  return { account, positions, unknownOutcomes, openOrders: [...openOrders, ...reservations] };
}

export interface ReconcileParts extends CustodyParts, MoveParts {
  readonly fallbackStopFraction: number;
}

/** How often one reconciliation looks again at what its own custody has changed. */
const CUSTODY_PASSES = 3;

/** What a reconciliation may break on that is not the venue. */
const OWN_FAILURES: ReadonlySet<ErrorCode> = new Set(['internal', 'database_unavailable', 'disk_full']);

interface VenueView extends VenueLists {
  /** The intents that were unsettled before this look, as it left them. */
  readonly intents: readonly OrderIntent[];
  readonly entries: readonly WorkingEntry[];
  /** Whether these are not the first lists of this look. */
  readonly wasReadAgain: boolean;
}

/** The venue as it was read, while its books are on their way into the store. */
export interface Look {
  readonly view: DeskView;
  /** Until then nothing may leave: what cannot be stored is not reconciled. */
  readonly stored: Promise<void>;
  /** Whether the books tell of a round trip that closed: what is asked of them before they are stored lacks it. */
  readonly tellsTrades: boolean;
}

/** Whether custody's own work is looked at again in the same look, or left to the next one, which follows at once. */
export type LooksAgain = 'now' | 'next';

/**
 * Settles open intents by look-up, restores protection where it is missing, and stores account, positions, orders,
 * fills, funding and closed trades in one transaction. @throws AppError of the venue when it cannot be read; what custody
 * did before that is told with it
 */
export async function reconcile(parts: ReconcileParts): Promise<DeskView> {
  const { view, stored } = await look(parts);
  await stored;
  return view;
}

/**
 * A reconciliation whose books need not be stored before its view is of use. Where another look `next` follows, a view
 * without the protection that custody has just placed will do: the venue has said that it stands, and it opens nothing.
 */
export async function look(parts: ReconcileParts, again: LooksAgain = 'now'): Promise<Look> {
  const guarding = guardVenue(parts, again);
  const besides = readBooks(parts);
  const { positions, openOrders, unreadable, intents, entries, custody, wasReadAgain } = await guarding;
  const toldWith = (thrown: unknown) =>
    custody.length === 0 ? thrown : withCustody(toAppError(thrown), custody);
  try {
    const unknownOutcomes = unreadable.length + (await countUnknown(intents, parts));
    // What was read beside the first lists says nothing of what has happened since.
    const isAsItWas = custody.length === 0 || (again === 'next' && custody.every(isPlaced));
    const read = wasReadAgain || !isAsItWas ? readBooks(parts) : besides;
    const [books, reservations] = await Promise.all([
      venueBooks(parts, { positions, openOrders }, read),
      reservationsOf(entries, parts),
    ]);
    const stored = parts.store.saveBooks(parts.deskId, books).catch((thrown: unknown) => {
      throw toldWith(thrown);
    });
    // Whoever awaits it hears of its failure.
    stored.catch(() => undefined);
    const { account } = books;
    const told = [...custody, ...unreadable.map(unreadableNote), ...liquidationNotes(books)];
    return {
      view: { account, positions, openOrders, unknownOutcomes, custody: told, entries, reservations },
      stored,
      tellsTrades: books.trades.length > 0,
    };
  } catch (thrown) {
    throw toldWith(thrown);
  }
}

/** After something was done: a venue that has stopped answering undoes nothing of it. @throws AppError of our own store */
export async function reconcileAgain(parts: ReconcileParts): Promise<DeskView | AppError> {
  return unlessUnread(reconcile(parts));
}

/** The same as a look. */
export function lookAgain(parts: ReconcileParts, again: LooksAgain): Promise<Look | AppError> {
  return unlessUnread(look(parts, again));
}

async function unlessUnread<View>(looking: Promise<View>): Promise<View | AppError> {
  try {
    return await looking;
  } catch (thrown) {
    const failure = toAppError(thrown);
    if (OWN_FAILURES.has(failure.code)) throw failure;
    return failure;
  }
}

/** The half of a reconciliation that keeps positions protected, and needs nothing of the venue's books. */
export async function guardVenue(
  parts: ReconcileParts,
  again: LooksAgain = 'now',
): Promise<VenueView & { readonly custody: readonly CustodyNote[] }> {
  const custody: CustodyNote[] = [];
  let view = await readSettled(parts);
  for (let pass = 0; pass < CUSTODY_PASSES; pass++) {
    const notes = await keepCustody(parts.deskId, await custodyFacts(view, parts), parts);
    // A move of the last pass would leave two stops: custody takes the old one away in the pass after.
    const busy = new Set(notes.map(({ symbol }) => symbol));
    if (pass < CUSTODY_PASSES - 1) notes.push(...(await moveStops(view, busy, parts)));
    if (notes.length === 0) break;
    custody.push(...notes);
    if (again === 'next' && notes.every(isPlaced)) break;
    view = await readSettled(parts);
    if (notes.every(({ action }) => action === 'failed')) break;
  }
  return { ...view, custody };
}

function isPlaced({ action }: CustodyNote): boolean {
  return action === 'placed';
}

export function unreadableNote({ symbol, what }: Unreadable): CustodyNote {
  const detail = `the account has ${what} in a symbol the venue does not list: look there; meanwhile nothing is opened`;
  return { action: 'failed', symbol, detail };
}

function withCustody(failure: AppError, custody: readonly CustodyNote[]): AppError {
  const told = custody.map(({ action, symbol, detail }) => `${action} ${symbol}: ${detail}`).join('; ');
  return new AppError(failure.code, `${failure.message}; before that custody had acted: ${told}`, {
    cause: failure,
    context: { ...failure.context, custody },
  });
}

/** The venue's view, our intents where their orders stand, and no plan left that nobody will carry out. */
async function readSettled(parts: ReconcileParts): Promise<VenueView> {
  // What was meant is asked for first, and the desk's lock holds it where it is meanwhile.
  const [unsettled, first, entries] = await Promise.all([
    parts.store.unsettledIntents(parts.deskId),
    readLists(parts),
    onceVenueIsAsked(parts, () => parts.store.openEntries(parts.deskId)),
  ]);
  const seen = await fitted(first, unsettled, parts);
  const intents = await settleIntents(unsettled, seen, parts);
  // An order that was found to have moved on may have filled after the positions were read.
  const hasMoved = intents.some(({ status }, i) => status !== unsettled[i]?.status && status !== 'settled');
  const venue =
    hasMoved || leavesOut(seen, intents) ? await fitted(await readLists(parts), intents, parts) : seen;
  const left = await dropDeadPlans(intents, { ...venue, entries }, parts);
  return { ...venue, intents: left, entries, wasReadAgain: venue !== first };
}

/** Whether one of these stands that the list did not show: another process placed it where this one did not look. */
function leavesOut({ openOrders }: VenueLists, intents: readonly OrderIntent[]): boolean {
  const shown = new Set(openOrders.map(({ clientOrderId }) => clientOrderId));
  return intents.some(({ status, request }) => isResting(status) && !shown.has(request.clientOrderId));
}

async function custodyFacts(
  { positions, openOrders }: VenueView,
  parts: ReconcileParts,
): Promise<CustodyFacts> {
  const meantIntents = await protectionMeantFor(positions, openOrders, parts);
  const { instruments, fallbackStopFraction } = parts;
  return { positions, openOrders, meantIntents, instruments, fallbackStopFraction };
}

/** Protection that was sent into nothing and that custody had no use for is settled here; the rest stays unknown. */
async function countUnknown(intents: readonly OrderIntent[], parts: SendingParts): Promise<number> {
  let unknown = 0;
  for (const intent of intents) {
    const { status } = intent.status === 'sent' ? await lookUpIntent(intent, parts) : intent;
    if (status === 'sent' || status === 'unknown') unknown += 1;
  }
  return unknown;
}

function isProtective(purpose: OrderPurpose): boolean {
  return purpose === 'stop' || purpose === 'target';
}

/**
 * Brings intents to where their orders stand. Planned ones wait for the run that planned them; protection that was sent
 * into nothing stays `sent`, for custody to send again under the same id while its position lives.
 */
async function settleIntents(
  intents: readonly OrderIntent[],
  { positions, openOrders }: VenueLists,
  parts: SendingParts,
): Promise<OrderIntent[]> {
  const open = new Map(openOrders.map((order) => [order.clientOrderId, order]));
  const held = new Set(positions.map(({ symbol }) => symbol));
  const settled: OrderIntent[] = [];
  for (const intent of intents) {
    const { status, request } = intent;
    const order = open.get(request.clientOrderId);
    const isProtecting = isProtective(request.purpose) && held.has(request.symbol);
    if (status === 'planned') settled.push(intent);
    else if (order) settled.push(await recordOrder(intent, order, parts));
    else if (status === 'sent' && isProtecting) settled.push(await findSent(intent, parts));
    else settled.push(await lookUpIntent(intent, parts));
  }
  return settled;
}

async function findSent(intent: OrderIntent, parts: SendingParts): Promise<OrderIntent> {
  const found = await findIntent(intent, parts);
  return found === null || found === 'unreadable' ? intent : recordOrder(intent, found, parts);
}

interface VenueLists extends Pick<DeskView, 'positions' | 'openOrders'> {
  readonly unreadable: readonly Unreadable[];
}

/**
 * What does not fit together is read once more before anything is done about it: an order may have fired between the two
 * lists, and a list may leave out what has just changed, or everything. One that leaves it out twice is believed.
 */
async function fitted(
  lists: VenueLists,
  intents: readonly OrderIntent[],
  parts: SendingParts,
): Promise<VenueLists> {
  return fitTogether(lists, intents) ? lists : readLists(parts);
}

async function readLists({ broker }: SendingParts): Promise<VenueLists> {
  const [openOrders, positions] = await Promise.all([broker.openOrders(), broker.positions()]);
  return { openOrders, positions, unreadable: broker.unreadable?.() ?? [] };
}

/** Whether each protective order has its position, and each position its stop or a plan for one. */
function fitTogether({ positions, openOrders }: VenueLists, intents: readonly OrderIntent[]): boolean {
  const held = new Set(positions.map(({ symbol }) => symbol));
  const planned = intents.filter(({ status }) => status === 'planned').map(({ request }) => request);
  const stops = [...openOrders, ...planned].filter(({ purpose }) => purpose === 'stop');
  const stopped = new Set(stops.map(({ symbol }) => symbol));
  return (
    openOrders.every(({ purpose, symbol }) => !isProtective(purpose) || held.has(symbol)) &&
    positions.every(({ symbol }) => stopped.has(symbol))
  );
}
