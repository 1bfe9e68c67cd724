/**
 * What a trip of the breaker does, by the guard. The halt and the cancels of all known entries go out together and wait
 * for nothing, neither a lock nor each other nor the database; the rest of the book follows under each desk's lock. Who
 * dies in between leaves a halt that names its trip: the next guard completes it, and what was done is done once.
 */
import type { EpochMs } from '#domain/time.ts';
import type { BreakerReason, HaltEnd, TradingState } from '#domain/trading-state.ts';
import type { BreakerEvent, TradingStateStore } from '#graphs/deps.ts';
import { SET_BY_BREAKER, tripOccasion } from '#tools/breaker/trip-occasion.ts';
import type { CustodyNote } from '#tools/orders/custody.ts';
import type { OrderDesk } from '#tools/orders/order-desk.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Remembered, Remembers } from './remembers.ts';
import type { TripSnapshots } from './trip-snapshots.ts';

export interface TripDesk {
  readonly deskId: string;
  readonly orders: Pick<OrderDesk, 'cancelEntries' | 'protect'>;
  readonly symbols: BreakerEvent['symbols'];
}

export interface TripOptions {
  readonly tradingState: Pick<TradingStateStore, 'read' | 'tighten' | 'breakerEvent'>;
  readonly snapshots: TripSnapshots;
  /** Market time. */
  readonly nowMs: () => EpochMs;
  readonly remembered?: TripMemory;
  readonly logger: Logger;
}

/** What trips were completed and told; where the store never fails none is left unstored. */
export interface TripMemory {
  readonly completed: Remembered<{ readonly occasion: string; readonly asked: number }>;
  readonly toldNotes: Remembered<string>;
}

export interface Trips {
  /** Halts these desks and clears their books of entries. Never throws: what failed is told, and completed later. */
  trip(desks: readonly TripDesk[], why: TripCause): Promise<void>;
  /** Does what the halt of a desk still asks for; nothing where none stands or all was done a moment ago. */
  complete(desk: TripDesk): Promise<void>;
  /** For who does not lead now: stores a trip that is not stored yet, and until that works cancels again. Never throws. */
  insist(desk: TripDesk): Promise<void>;
}

export interface TripCause {
  readonly reasons: readonly BreakerReason[];
  /** Who ends the halt. */
  readonly endsBy: HaltEnd;
}

export const SET_BY_GUARD = `${SET_BY_BREAKER}guard`;

/** So many passes of a halted desk go by before its protection is asked for again. */
const PROTECT_AGAIN_AFTER = 10;

/** Two trips of which the first is not stored yet are one, that a person ends as soon as either asks for one. */
function joined(earlier: TripCause | undefined, later: TripCause): TripCause {
  if (earlier === undefined) return later;
  const byTrigger = [...earlier.reasons, ...later.reasons].map((reason) => [reason.trigger, reason] as const);
  const endsBy = [earlier, later].some((one) => one.endsBy === 'person') ? 'person' : 'recovery';
  return { reasons: [...new Map(byTrigger).values()], endsBy };
}

/** A trip until its halt and its event are stored. */
interface UnstoredTrip extends TripCause {
  /** Null until the database has taken the halt. */
  state: TradingState | null;
  /** Null while the first cancels have no answer. */
  notes: readonly CustodyNote[] | null;
}

export function createTrips(options: TripOptions): Trips & Remembers<TripMemory> {
  const { tradingState, snapshots, nowMs, remembered, logger } = options;
  /** The occasion each desk was protected for, and how often that was asked since. */
  const completed = new Map<string, { readonly occasion: string; asked: number }>(remembered?.completed);
  const toldNotes = new Map<string, string>(remembered?.toldNotes);
  const unstored = new Map<string, UnstoredTrip>();

  async function complete(desk: TripDesk): Promise<void> {
    await storeTrip(desk);
    const state = await tradingState.read(desk.deskId);
    const occasion = state.mode === 'halted' ? tripOccasion(state) : null;
    if (occasion === null || isDone(desk.deskId, occasion)) return;
    const notes = await desk.orders.protect(occasion);
    if (state.setBy === SET_BY_GUARD) {
      if (isNews(desk.deskId, notes)) await store(desk, [], notes, state);
      // Custody waits for this book: a picture of the market does not hold it up.
      void quietly(desk, 'the market of the trip could not be frozen', () => snapshots.keep(desk, state));
    }
    if (notes.every(({ action }) => action !== 'failed')) completed.set(desk.deskId, { occasion, asked: 0 });
  }

  /** A position whose stop was not there yet, or that came of an order on its way, is protected by a later asking. */
  function isDone(deskId: string, occasion: string): boolean {
    const done = completed.get(deskId);
    if (done?.occasion !== occasion || done.asked >= PROTECT_AGAIN_AFTER) return false;
    done.asked += 1;
    return true;
  }

  /** What fails the same way every second is told once. */
  function isNews(deskId: string, notes: readonly CustodyNote[]): boolean {
    const text = JSON.stringify(notes);
    const isSame = toldNotes.get(deskId) === text;
    toldNotes.set(deskId, text);
    return notes.length > 0 && !isSame;
  }

  /** The halt at once; its event when the cancels have been answered, by one of those who ask at the same time. */
  async function storeTrip(desk: TripDesk): Promise<void> {
    const { deskId } = desk;
    const trip = unstored.get(deskId);
    if (trip === undefined) return;
    const state = await halt(desk, trip);
    if (trip.notes === null || unstored.get(deskId) !== trip) return;
    unstored.delete(deskId);
    try {
      await store(desk, trip.reasons, trip.notes, state);
    } catch (thrown) {
      if (!unstored.has(deskId)) unstored.set(deskId, trip);
      throw thrown;
    }
  }

  async function halt({ deskId }: TripDesk, trip: UnstoredTrip): Promise<TradingState> {
    if (trip.state !== null) return trip.state;
    const reason = trip.reasons.map(({ message }) => message).join('; ');
    const why = { reason, setBy: SET_BY_GUARD, atMs: nowMs(), endsBy: trip.endsBy };
    const state = await tradingState.tighten(deskId, 'halted', why);
    trip.state = state;
    return state;
  }

  async function tripOne(desk: TripDesk, why: TripCause): Promise<void> {
    const trip: UnstoredTrip = { ...joined(unstored.get(desk.deskId), why), state: null, notes: null };
    unstored.set(desk.deskId, trip);
    const [notes] = await Promise.all([
      desk.orders.cancelEntries(),
      quietly(desk, 'the halt could not be stored; it is tried again every second', () => halt(desk, trip)),
    ]);
    trip.notes = notes;
    await quietly(desk, 'the trip could not be carried out to its end yet', () => complete(desk));
  }

  async function insist(desk: TripDesk): Promise<void> {
    const trip = unstored.get(desk.deskId);
    if (trip === undefined) return;
    try {
      await storeTrip(desk);
    } catch {
      // Whoever looks after the database tells of it; what had no answer, or came since, is cancelled meanwhile.
      if (trip.notes !== null) trip.notes = [...trip.notes, ...(await desk.orders.cancelEntries())];
    }
  }

  function store(
    { deskId, symbols }: TripDesk,
    reasons: readonly BreakerReason[],
    notes: readonly CustodyNote[],
    { sinceMs, reason }: TradingState,
  ): Promise<void> {
    const atMs = nowMs();
    const actions = notes.map(({ action, symbol, detail }) => ({
      name: `${action} ${symbol}`,
      atMs,
      detail,
    }));
    return tradingState.breakerEvent({
      ...{ deskId, runId: null, level: 'tripped', reasons, symbols, atMs },
      actions: [{ name: 'halted', atMs: sinceMs, detail: reason }, ...actions],
    });
  }

  async function quietly({ deskId }: TripDesk, what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (err) {
      logger.error({ deskId, err }, what);
    }
  }

  return {
    remembers: () => ({ completed: [...completed], toldNotes: [...toldNotes] }),
    async trip(desks, why) {
      logger.error({ desks: desks.map(({ deskId }) => deskId), ...why }, 'the breaker has tripped');
      await Promise.all(desks.map((desk) => tripOne(desk, why)));
    },
    complete,
    insist,
  };
}
