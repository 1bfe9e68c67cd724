/**
 * The guard: reads each desk's venue every second, so that stops fill, protection is repaired and books are current
 * between cycles, and what a trip of the breaker asks for is done whoever died over it. One process leads by an advisory
 * lock; a standby tries every second and takes over when it is free. Needs neither the queue nor a model nor the web.
 */

import type { DeskView } from '#tools/orders/reconcile.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { AdvisoryLocks, HeldLock } from './advisory-locks.ts';
import { carryOutTrip, type GuardedDesk, type GuardHands, guardDesk } from './guard-pass.ts';
import type { MarketTrip, MarketWatch, StandingTrips } from './market-watch.ts';
import { within } from './within.ts';

export interface GuardOptions extends GuardHands {
  readonly locks: Pick<AdvisoryLocks, 'tryHold'>;
  /** The lock's name: one leader for each market. */
  readonly key: string;
  readonly desks: () => Promise<readonly GuardedDesk[]>;
  /** Watches the market while this process leads. */
  readonly openWatch: (options: {
    readonly onTrip: (trip: MarketTrip) => unknown;
    readonly standing: () => Promise<StandingTrips>;
  }) => MarketWatch;
  /** Told when a pass changed something or the books moved on. */
  readonly onBooks: (deskId: string) => Promise<unknown>;
  /** Told after each turn of the loop, leading or not, with the database or without it. */
  readonly onTurn: () => void;
  readonly logger: Logger;
}

export interface GuardLoop {
  isLeader(): boolean;
  stop(): Promise<void>;
}

const PASS_EVERY_MS = 1_000;
const LEAVE_WITHIN_MS = 3_000;

export function startGuardLoop(options: GuardOptions): GuardLoop {
  const stopped = new AbortController();
  let leads = false;
  const running = lead(options, stopped.signal, (now) => {
    leads = now;
  });
  return {
    isLeader: () => leads,
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

async function lead(
  options: GuardOptions,
  signal: AbortSignal,
  tell: (leads: boolean) => void,
): Promise<void> {
  // Outlives the lead while the database is away: then nobody else can take it, and a cancel needs no database.
  let watching: WatchedMarket | null = null;
  while (!signal.aborted) {
    let isLedElsewhere = false;
    try {
      const lock = await options.locks.tryHold(`guard:${options.key}`);
      isLedElsewhere = lock === null;
      if (lock !== null) {
        watching ??= watchMarket(options);
        await leadWhileLocked(options, { lock, watching }, signal, tell);
      }
    } catch (err) {
      options.logger.warn({ err }, 'guard lost its database; trying again');
    }
    tell(false);
    for (const desk of watching?.desks ?? []) await options.trips.insist(desk);
    if (isLedElsewhere) {
      watching?.end();
      watching = null;
    }
    options.onTurn();
    await pause(PASS_EVERY_MS, signal);
  }
  watching?.end();
}

/** The lock stands on a connection of its own: when that breaks, so does the leadership. */
async function leadWhileLocked(
  options: GuardOptions,
  { lock, watching }: { readonly lock: HeldLock; readonly watching: WatchedMarket },
  signal: AbortSignal,
  tell: (leads: boolean) => void,
): Promise<void> {
  try {
    tell(true);
    options.levels.begin();
    options.logger.info({ key: options.key }, 'guard leads');
    const told = new Map<string, string>();
    while (!signal.aborted) {
      const desks = await options.desks();
      watching.desks = desks;
      await pass(watching, options, told);
      await lock.assertHeld();
      options.onTurn();
      await pause(PASS_EVERY_MS, signal);
    }
  } finally {
    if (signal.aborted) {
      watching.end();
      await leaveNothingResting(watching.desks, options.logger);
    }
    await lock.release();
  }
}

interface WatchedMarket {
  readonly watch: MarketWatch;
  /** As the last pass had them. */
  desks: readonly GuardedDesk[];
  end(): void;
}

/** Looks every second beside the passes, which wait for no candle; a trip is carried out on the desks of the last pass. */
function watchMarket(options: GuardOptions): WatchedMarket {
  const { openWatch, levels, logger } = options;
  const over = new AbortController();
  const watch = openWatch({
    async onTrip(trip) {
      if (!over.signal.aborted) await carryOutTrip(trip, watching.desks, options);
    },
    standing: () => levels.standing(watching.desks),
  });
  const watching: WatchedMarket = {
    watch,
    desks: [],
    end() {
      over.abort();
      watch.close();
    },
  };
  async function keepLooking(): Promise<void> {
    while (!over.signal.aborted) {
      try {
        const symbols = watching.desks.flatMap((desk) => desk.symbols);
        if (symbols.length > 0) await watch.look(symbols);
      } catch (err) {
        logger.error({ err }, 'a look at the market has failed; it is taken again');
      }
      await pause(PASS_EVERY_MS, over.signal);
    }
  }
  void keepLooking();
  return watching;
}

/** A limit that fills while no guard looks would have no stop until one does. The next guard sends it again. */
async function leaveNothingResting(desks: readonly GuardedDesk[], logger: Logger): Promise<void> {
  for (const { deskId, orders } of desks)
    try {
      const withdrawing = orders.withdrawEntries('the guard stops');
      const notes = await within(LEAVE_WITHIN_MS, 'the withdrawal of entries', withdrawing);
      for (const note of notes) logger.info({ deskId, ...note }, 'entry');
    } catch (err) {
      logger.warn({ deskId, err }, 'entries may still rest on the venue, and nobody looks after them');
    }
}

/** `told` keeps what the pages last heard of each desk: an idle desk writes no events. */
async function pass(
  { desks, watch }: WatchedMarket,
  options: GuardOptions,
  told: Map<string, string>,
): Promise<void> {
  const { onBooks, logger } = options;
  for (const desk of desks) {
    const { deskId } = desk;
    try {
      const view = await guardDesk(desk, watch, options, logger);
      const books = booksText(view);
      if (told.get(deskId) === books) continue;
      await onBooks(deskId);
      told.set(deskId, books);
    } catch (err) {
      logger.warn({ deskId, err }, 'guard could not read the venue; its stops stand there');
    }
  }
}

function booksText({ account, positions, openOrders }: DeskView): string {
  return JSON.stringify([{ ...account, asOfMs: null }, positions, openOrders]);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
