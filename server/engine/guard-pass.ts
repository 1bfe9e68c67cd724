/** What the guard does once it has looked at the market: trips are carried out, and each desk is brought up to date. */
import type { HaltEnd } from '#domain/trading-state.ts';
import type { CustodyNote } from '#tools/orders/custody.ts';
import type { OrderDesk } from '#tools/orders/order-desk.ts';
import type { DeskView } from '#tools/orders/reconcile.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { AccountWatch } from './account-watch.ts';
import type { LevelDesk, MarketLevels } from './market-levels.ts';
import type { MarketTrip, MarketWatch } from './market-watch.ts';
import type { Trips } from './trips.ts';

export interface GuardedDesk extends LevelDesk {
  readonly orders: OrderDesk;
}

export interface GuardHands {
  /** Carries out what a halt of the breaker asks for. */
  readonly trips: Trips;
  /** Judges each account as it was just read. */
  readonly accounts: AccountWatch;
  /** Keeps what the market means for each desk. */
  readonly levels: MarketLevels;
  /** Who ends a halt of the market. */
  readonly marketHaltsEndBy: HaltEnd;
}

/** Placing and cancelling is custody's daily work, each move of a stop among it. */
const LEVEL_OF: Readonly<Record<CustodyNote['action'], 'info' | 'warn'>> = {
  placed: 'info',
  cancelled: 'info',
  closed: 'warn',
  failed: 'warn',
  liquidated: 'warn',
};

/** One of this moment waits for nothing; one found by looking back may have been overridden since. */
export async function carryOutTrip(
  trip: MarketTrip,
  desks: readonly GuardedDesk[],
  { levels, trips, marketHaltsEndBy }: GuardHands,
): Promise<void> {
  const concerned = trip.isOld ? await levels.concerned(desks, trip) : desks;
  await trips.trip(concerned, { reasons: trip.reasons, endsBy: marketHaltsEndBy });
}

/** Looks at one desk's venue, so that stops fill, protection is repaired and books are current. @throws what the venue throws */
export async function guardDesk(
  desk: GuardedDesk,
  watch: MarketWatch,
  { trips, levels, accounts }: GuardHands,
  logger: Logger,
): Promise<DeskView> {
  const { deskId, orders } = desk;
  await trips.complete(desk);
  await levels.judge(desk, watch);
  const view = await orders.reconcile();
  await accounts.judge(desk, view.account);
  for (const note of view.worked) logger.info({ deskId, ...note }, 'entry');
  for (const note of view.custody) logger[LEVEL_OF[note.action]]({ deskId, ...note }, 'custody');
  return view;
}
