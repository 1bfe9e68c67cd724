/** The desk's hands: the only thing of the cycle that can reach a broker, and it takes nothing the gate has not passed. */
import type { Position, PositionSide } from '#domain/account.ts';
import { AppError } from '#domain/errors.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { Order } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { WorkingEntry } from '#domain/working-entry.ts';
import type { Broker } from '#exchanges/ports/broker.ts';
import type { GateContext } from '../risk/gate-context.ts';
import type { RiskLimits } from '../risk/limits.ts';
import { type CustodyNote, closeAtMarket } from './custody.ts';
import { halveStop } from './halve-stop.ts';
import type { OrderStore } from './order-store.ts';
import { type PlacementPlan, type PlacementReport, placeOrders } from './place-orders.ts';
import {
  type DeskView,
  gateViewOf,
  guardVenue,
  type ReconcileParts,
  reconcileAgain,
  unreadableNote,
} from './reconcile.ts';
import {
  abandonEntries,
  type EntryNote,
  endEntry,
  type GateView,
  withdrawResting,
  withdrawStrays,
  workEntry,
} from './work-entries.ts';

export interface OrderDesk {
  /**
   * Reads the venue, settles what is open, restores protection, and carries entries that go out over time one step on.
   * @throws AppError when the venue cannot be read
   */
  reconcile(): Promise<WorkedView>;
  place(plan: PlacementPlan): Promise<PlacementReport>;
  /**
   * Cancels at once, past the desk's lock and without asking the venue first, every entry order its last look showed,
   * then what the venue shows beside those; needs nothing of the store. What a trip of the breaker cannot wait for:
   * `protect` does the rest.
   */
  cancelEntries(): Promise<readonly CustodyNote[]>;
  /** Takes what rests for entries over time off the venue, and leaves the entries at work: nobody looks after it now. */
  withdrawEntries(why: string): Promise<readonly EntryNote[]>;
  /**
   * Gives up every entry and cancels its orders and, for an occasion such as a trip of the breaker, brings each stop half-way to the
   * market: once, however often it is asked. Null tightens nothing. Keeps all protection.
   */
  protect(occasion: string | null): Promise<readonly CustodyNote[]>;
  /** Brings the stops of positions on these sides half-way to the market: once for an occasion. Gives up nothing. */
  tightenStops(occasion: string, sides: readonly PositionSide[]): Promise<readonly CustodyNote[]>;
  /**
   * Closes at market, in a person's name, what the venue shows of this choice, and gives up the entries that would
   * enlarge it; null does not narrow it.
   */
  close(choice: CloseChoice, reason: string): Promise<CloseReport>;
  /** Takes one entry at work off the venue and sends nothing more for it; null when it is not at work. What has filled stays. */
  giveUp(entryId: string, reason: string): Promise<readonly EntryNote[] | null>;
}

export interface WorkedView extends DeskView {
  /** What entries that go out over time did in this look, in order. */
  readonly worked: readonly EntryNote[];
}

export interface CloseChoice {
  readonly symbol: MarketSymbol | null;
  readonly side: PositionSide | null;
  /** This very position: one that has taken its place since is left alone. */
  readonly positionId?: string | null;
}

export interface CloseReport {
  readonly closed: readonly ClosedPosition[];
  /** What was to go out over time and does not any more. */
  readonly givenUp: readonly WorkingEntry[];
}

export interface ClosedPosition {
  readonly position: Position;
  readonly note: CustodyNote;
}

/** What of the risk limits custody keeps. */
export type CustodyLimits = Pick<RiskLimits, 'fallbackStopFraction' | 'protectWithinMs' | 'exitRules'>;

export interface OrderDeskOptions {
  readonly deskId: string;
  readonly broker: Broker;
  readonly store: OrderStore;
  readonly instruments: ReadonlyMap<MarketSymbol, Instrument>;
  readonly limits: CustodyLimits;
  /** The gate's facts for the next order of an entry in this symbol, with the venue just read. */
  readonly entryContext: (view: GateView, symbol: MarketSymbol) => Promise<GateContext>;
  /** Runs one thing at a time for this desk, over all processes. */
  readonly exclusive: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** @throws AppError when what runs now is no longer alone */
  readonly assertExclusive: () => void;
}

export function createOrderDesk(options: OrderDeskOptions): OrderDesk {
  const { fallbackStopFraction, protectWithinMs, exitRules } = options.limits;
  const custodyLimits = { fallbackStopFraction, protectWithinMs, exitRules };
  const parts: ReconcileParts = { ...options, ...custodyLimits, clock: options.broker };
  let standing: readonly Order[] = [];
  const remembered = <View extends Pick<DeskView, 'openOrders'>>(view: View): View => {
    standing = view.openOrders.filter(({ purpose }) => purpose === 'entry');
    return view;
  };
  return {
    reconcile: () =>
      options.exclusive(async () => remembered(await reconcileAndWork(parts, options.entryContext))),
    async place(plan) {
      const report = await options.exclusive(() => placeOrders(plan, parts));
      remembered(report.view);
      return report;
    },
    cancelEntries() {
      const known = standing;
      // One that has not gone is in the venue's list the next time.
      standing = [];
      return cancelAtOnce(known, parts);
    },
    withdrawEntries: (why) => options.exclusive(() => withdrawAll(why, parts)),
    protect: (occasion) => options.exclusive(() => protect(occasion, parts)),
    tightenStops: (occasion, sides) => options.exclusive(() => tightenStops(occasion, sides, parts)),
    close: (choice, reason) => options.exclusive(() => close(choice, reason, parts)),
    giveUp: (entryId, reason) => options.exclusive(() => giveUp(entryId, reason, parts)),
  };
}

/** Each entry sees the venue as the one before has left it. */
async function reconcileAndWork(
  parts: ReconcileParts,
  entryContext: OrderDeskOptions['entryContext'],
): Promise<WorkedView> {
  const seen = await reconcileAgain(parts);
  if (seen instanceof AppError) {
    // A halt and a deadline wait for no list: what rests is withdrawn by its id.
    for (const entry of await parts.store.openEntries(parts.deskId))
      await workEntry(entry, null, (unread) => entryContext(unread, entry.proposal.symbol), parts);
    throw seen;
  }
  let view = seen;
  const worked = await withdrawStrays(view.openOrders, view.entries, parts);
  const strays = new Set(worked.map(({ symbol }) => symbol));
  for (const entry of view.entries) {
    // Given up a moment ago.
    if (strays.has(entry.proposal.symbol)) continue;
    const contextOf = (now: GateView) => entryContext(now, entry.proposal.symbol);
    const notes = await workEntry(entry, gateViewOf(view), contextOf, parts);
    if (notes.length === 0) continue;
    worked.push(...notes);
    const next = await reconcileAgain(parts);
    // What the venue does not tell any more is looked at by the next pass, and so are the entries that are left.
    if (next instanceof AppError) break;
    view = { ...next, custody: [...view.custody, ...next.custody] };
  }
  return { ...view, worked };
}

async function protect(occasion: string | null, parts: ReconcileParts): Promise<CustodyNote[]> {
  const { positions, openOrders, unreadable, entries } = await guardVenue(parts);
  for (const entry of entries) await endEntry(entry, 'the desk protects its book', parts);
  const standing = openOrders.filter(({ purpose }) => purpose === 'entry');
  const notes = await cancelOrders(standing, parts);
  if (occasion !== null) notes.push(...(await halveStops(positions, openOrders, occasion, parts)));
  if (notes.length > 0) await reconcileAgain(parts);
  return [...notes, ...unreadable.map(unreadableNote)];
}

async function tightenStops(
  occasion: string,
  sides: readonly PositionSide[],
  parts: ReconcileParts,
): Promise<CustodyNote[]> {
  const { positions, openOrders } = await guardVenue(parts);
  const hurt = positions.filter(({ side }) => sides.includes(side));
  const notes = await halveStops(hurt, openOrders, occasion, parts);
  if (notes.length > 0) await reconcileAgain(parts);
  return notes;
}

async function halveStops(
  positions: readonly Position[],
  openOrders: readonly Order[],
  occasion: string,
  parts: ReconcileParts,
): Promise<CustodyNote[]> {
  const notes: CustodyNote[] = [];
  for (const position of positions) {
    const moved = await halveStop(position, openOrders, occasion, parts);
    if (moved !== null) notes.push(moved);
  }
  return notes;
}

async function withdrawAll(why: string, parts: ReconcileParts): Promise<EntryNote[]> {
  const notes: EntryNote[] = [];
  for (const entry of await parts.store.openEntries(parts.deskId))
    notes.push(...(await withdrawResting(entry, why, parts)));
  return notes;
}

/** Another process may have placed since the last look. A list that does not come is left to the next try. */
async function cancelAtOnce(known: readonly Order[], parts: ReconcileParts): Promise<CustodyNote[]> {
  const cancelling = cancelOrders(known, parts);
  const shown = await parts.broker.openOrders('everywhere').catch(() => []);
  const ids = new Set(known.map(({ clientOrderId }) => clientOrderId));
  const others = shown.filter(({ purpose, clientOrderId }) => purpose === 'entry' && !ids.has(clientOrderId));
  return (await Promise.all([cancelling, cancelOrders(others, parts)])).flat();
}

function cancelOrders(orders: readonly Order[], parts: ReconcileParts): Promise<CustodyNote[]> {
  return Promise.all(orders.map((order) => cancelEntry(order.symbol, order.clientOrderId, parts)));
}

async function cancelEntry(
  symbol: MarketSymbol,
  clientOrderId: string,
  { broker }: ReconcileParts,
): Promise<CustodyNote> {
  try {
    await broker.cancel(symbol, clientOrderId);
    return { action: 'cancelled', symbol, detail: `entry ${clientOrderId}` };
  } catch (thrown) {
    return { action: 'failed', symbol, detail: `cancel of entry ${clientOrderId}: ${String(thrown)}` };
  }
}

async function giveUp(
  entryId: string,
  reason: string,
  parts: ReconcileParts,
): Promise<readonly EntryNote[] | null> {
  const entries = await parts.store.openEntries(parts.deskId);
  const meant = entries.filter((entry) => entry.entryId === entryId);
  if (meant.length === 0) return null;
  const notes = await abandonEntries(meant, reason, parts);
  // What it has filled becomes a position with a stop; the books learn of it.
  await reconcileAgain(parts);
  return notes;
}

async function close(
  { symbol, side, positionId = null }: CloseChoice,
  reason: string,
  parts: ReconcileParts,
): Promise<CloseReport> {
  const { positions, entries } = await guardVenue(parts);
  const isMeant = (position: Position) =>
    (symbol === null || position.symbol === symbol) &&
    (side === null || position.side === side) &&
    (positionId === null || position.positionId === positionId);
  const meant = positions.filter(isMeant);
  // Who names a position means that one: an entry goes with it when it was to enlarge it.
  const givenUp = entries.filter(({ proposal }) =>
    positionId === null
      ? (symbol === null || proposal.symbol === symbol) && (side === null || proposal.side === side)
      : meant.some((position) => position.symbol === proposal.symbol && position.side === proposal.side),
  );
  await abandonEntries(givenUp, reason, parts);
  const closed: ClosedPosition[] = [];
  for (const position of meant) {
    closed.push({ position, note: await closeAtMarket(parts.deskId, position, parts, reason, 'person') });
  }
  if (closed.length > 0) await reconcileAgain(parts);
  return { closed, givenUp };
}
