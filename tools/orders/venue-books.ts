/** Brings our books to the venue's: account, positions, orders, fills, funding and the round trips they close. */
import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Account, Trade } from '#domain/account.ts';
import { toAppError } from '#domain/errors.ts';
import type { Fill, Order } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { DAY_MS, type EpochMs } from '#domain/time.ts';
import type { Broker, BrokerActivity } from '#exchanges/ports/broker.ts';
import { type CustodyNote, isPersons } from './custody.ts';
import type { OrderStore, ReconciledBooks } from './order-store.ts';
import { foldRoundTrips, type RoundTrip } from './round-trips.ts';
import type { SendingParts } from './send-intent.ts';

/** For how long a fill is waited for that its order's venue has not told. */
const OWED_FOR_MS = 7 * DAY_MS;

interface BookParts extends SendingParts {
  readonly deskId: string;
}

/** What the books are brought up to date from: asked for, and on its way. */
export interface BooksRead {
  readonly account: Promise<Account>;
  readonly cursor: Promise<string | null>;
  /** What stood when we last looked. */
  readonly standing: Promise<readonly Order[]>;
}

/**
 * Begins when what is asked of the venue is on its way: its answers take longest, and this need not go before them. A
 * client may watch a connection that was idle for one turn of the loop before it writes, so this waits for two. A venue
 * that settles at once is no further away than what is asked here.
 */
export async function onceVenueIsAsked<Result>(
  { broker }: Pick<SendingParts, 'broker'>,
  ask: () => Promise<Result>,
): Promise<Result> {
  if (broker.sendSettlesWithinMs > 0) {
    await setImmediate();
    await setImmediate();
  }
  return ask();
}

/** Asks for all of it at once. Whoever awaits a part hears of its failure; one that nobody awaits fails in silence. */
export function readBooks(parts: BookParts): BooksRead {
  const { broker, store, deskId } = parts;
  const read = {
    account: broker.account(),
    cursor: onceVenueIsAsked(parts, () => store.activityCursor(deskId)),
    standing: onceVenueIsAsked(parts, () => store.standingOrders(deskId)),
  };
  for (const part of Object.values(read)) part.catch(() => undefined);
  return read;
}

/** Stores what the venue shows in one transaction and gives the account. @throws AppError when it cannot be read */
export async function saveVenueBooks(parts: BookParts, view: ShownVenue): Promise<Account> {
  const books = await venueBooks(parts, view);
  await parts.store.saveBooks(parts.deskId, books);
  return books.account;
}

type ShownVenue = Pick<ReconciledBooks, 'positions'> & { readonly openOrders: ReconciledBooks['orders'] };

/** What the venue shows, as our books keep it. @throws AppError when it cannot be read */
export async function venueBooks(
  parts: BookParts,
  view: ShownVenue,
  read: BooksRead = readBooks(parts),
): Promise<ReconciledBooks> {
  const { broker, store, clock, deskId } = parts;
  const owed = () => store.owedFills(deskId, clock.nowMs() - OWED_FOR_MS);
  const [activity, account, changed] = await Promise.all([
    read.cursor.then((cursor) => broker.activityAfter(cursor, owed)),
    read.account,
    read.standing.then((standing) => changedOrders(standing, view.openOrders, parts)),
  ]);
  const { trips, tripsSinceMs } = await changedTrips(parts, activity);
  return {
    atMs: account.asOfMs,
    account,
    positions: view.positions,
    orders: changed,
    fills: activity.fills,
    fundings: activity.fundings,
    trades: await Promise.all(trips.map((trip) => tradeOf(trip, parts))),
    tradesSinceMs: tripsSinceMs,
    cursor: activity.cursor,
  };
}

/** A note for each position that was liquidated since the books before these. */
export function liquidationNotes({
  trades,
  fills,
}: Pick<ReconciledBooks, 'trades' | 'fills'>): CustodyNote[] {
  return trades
    .filter(({ symbol, closedAtMs }) =>
      fills.some(
        (fill) => fill.purpose === 'liquidation' && fill.symbol === symbol && fill.atMs === closedAtMs,
      ),
    )
    .map(({ symbol, side, quantityBase, exitPriceQuote }) => ({
      action: 'liquidated',
      symbol,
      detail: `the venue has taken the ${side} of ${quantityBase} at ${exitPriceQuote}: its margin was gone`,
    }));
}

/**
 * What stands otherwise than when we last looked, and what stands no more, as the venue tells of it; what cannot be asked
 * waits for the next time.
 */
async function changedOrders(
  standing: readonly Order[],
  openOrders: readonly Order[],
  { broker, clock }: BookParts,
): Promise<Order[]> {
  const known = new Map(standing.map((order) => [order.clientOrderId, order]));
  const open = new Set(openOrders.map(({ clientOrderId }) => clientOrderId));
  const gone = standing.filter(({ clientOrderId }) => !open.has(clientOrderId));
  const forgotten = { status: 'cancelled', reason: 'the venue does not know it any more' } as const;
  const told = gone.map(async (order) => {
    const found = await broker.findOrder(order.symbol, order.clientOrderId).catch(() => 'unread' as const);
    return found ?? { ...order, ...forgotten, updatedAtMs: clock.nowMs() };
  });
  const ended = (await Promise.all(told)).filter((order) => order !== 'unread');
  return [
    ...openOrders.filter((order) => !isDeepStrictEqual(order, known.get(order.clientOrderId))),
    ...ended,
  ];
}

interface ChangedTrips {
  readonly trips: readonly RoundTrip[];
  /** Since when these are all trips that closed in a symbol. */
  readonly tripsSinceMs: ReadonlyMap<MarketSymbol, EpochMs>;
}

/** The round trips this activity has closed or, by what was told late, changed; earlier ones stay as they are stored. */
async function changedTrips({ store, deskId }: BookParts, fresh: BrokerActivity): Promise<ChangedTrips> {
  const tripsSinceMs = new Map<MarketSymbol, EpochMs>();
  for (const { symbol, atMs } of [...fresh.fills, ...fresh.fundings])
    tripsSinceMs.set(symbol, Math.min(atMs, tripsSinceMs.get(symbol) ?? atMs));
  const trips: RoundTrip[] = [];
  for (const [symbol, sinceMs] of tripsSinceMs) {
    const known = await store.tripActivity(deskId, symbol, sinceMs);
    const folded = foldRoundTrips(
      joined(known.fills, ofSymbol(fresh.fills, symbol), ({ fillId }) => fillId),
      joined(known.fundings, ofSymbol(fresh.fundings, symbol), ({ paymentId }) => paymentId),
    );
    // What is paid now may be what the liquidation just before it cost.
    const before = folded.findLast(({ trade }) => trade.closedAtMs < sinceMs);
    const isPaid = ofSymbol(fresh.fundings, symbol).length > 0;
    if (before?.trade.exitReason === 'liquidation' && isPaid) trips.push(before);
    trips.push(...folded.filter(({ trade }) => trade.closedAtMs >= sinceMs));
  }
  return { trips, tripsSinceMs };
}

function ofSymbol<Entry extends { readonly symbol: MarketSymbol }>(
  entries: readonly Entry[],
  symbol: MarketSymbol,
): Entry[] {
  return entries.filter((entry) => entry.symbol === symbol);
}

/**
 * What is stored and what is new, oldest first, of one instant in the order it was told: a venue may tell of something
 * after what came later, and of the same thing twice.
 */
function joined<Entry extends { readonly atMs: EpochMs }>(
  known: readonly Entry[],
  told: readonly Entry[],
  idOf: (entry: Entry) => string,
): Entry[] {
  const seen = new Set(known.map(idOf));
  const fresh = told.filter((entry) => !seen.has(idOf(entry)));
  return [...known, ...fresh].sort((left, right) => left.atMs - right.atMs);
}

/**
 * Fills tell neither the leverage nor who asked for an exit. The leverage is that of the order which opened the trip, else
 * of the one which closed it; 1 where neither is known.
 */
async function tradeOf(
  { trade, opening, closing }: RoundTrip,
  { broker, store }: SendingParts,
): Promise<Trade> {
  const leverage = (await leverageOf(opening, broker)) ?? (await leverageOf(closing, broker)) ?? 1;
  const byPerson = trade.exitReason === 'exit' && (await isPersonsExit(closing, store));
  return { ...trade, leverage, exitReason: byPerson ? 'person' : trade.exitReason };
}

async function isPersonsExit({ clientOrderId }: Fill, store: OrderStore): Promise<boolean> {
  const intent = await store.intentOf(clientOrderId);
  return intent !== null && isPersons(intent);
}

/** Null for an order that the venue, which forgets old ones, does not know any more. */
async function leverageOf({ symbol, clientOrderId }: Fill, broker: Broker): Promise<number | null> {
  try {
    return (await broker.findOrder(symbol, clientOrderId))?.leverage ?? null;
  } catch (thrown) {
    if (toAppError(thrown).rule.retryable) throw thrown;
    return null;
  }
}
