/** The guard's hands over whatever keeps a desk's state: the tables of a process, or the memory of a backtest. */
import type { Config } from '../config.ts';
import { type AccountWatchOptions, createAccountWatch, type JudgedAccount } from './account-watch.ts';
import type { GuardHands } from './guard-pass.ts';
import { createMarketLevels, type LevelMemory, type MarketLevelOptions } from './market-levels.ts';
import type { Remembered, Remembers } from './remembers.ts';
import { createTrips, type TripMemory, type TripOptions } from './trips.ts';

export interface GuardMemory {
  readonly trips: TripMemory;
  readonly accounts: Remembered<JudgedAccount>;
  readonly levels: LevelMemory;
}

export type GuardWiring = Pick<Config, 'breaker'> &
  Pick<AccountWatchOptions, 'equityMarks' | 'limits'> &
  Pick<TripOptions, 'snapshots'> &
  Pick<MarketLevelOptions, 'nowMs' | 'onState' | 'logger'> & {
    readonly tradingState: AccountWatchOptions['tradingState'] &
      TripOptions['tradingState'] &
      MarketLevelOptions['tradingState'];
    /** What the hands knew that were there before; absent for a guard that starts. */
    readonly remembered?: GuardMemory;
  };

export function openGuardHands(wiring: GuardWiring): GuardHands & Remembers<GuardMemory> {
  const { tradingState, equityMarks, snapshots, nowMs, limits, breaker, onState, logger } = wiring;
  const { marketHaltsEndBy } = breaker.thresholds;
  const of = <Part extends keyof GuardMemory>(part: Part) =>
    wiring.remembered === undefined ? {} : { remembered: wiring.remembered[part] };
  const trips = createTrips({ tradingState, snapshots, nowMs, logger, ...of('trips') });
  const account = { tradingState, equityMarks, trips, limits, onState, logger };
  const accounts = createAccountWatch({ ...account, ...of('accounts') });
  const levels = createMarketLevels({
    ...{ tradingState, nowMs, trips, onState, logger, marketHaltsEndBy },
    calmMs: breaker.limits.recovery.calmMs,
    ...of('levels'),
  });
  return {
    ...{ trips, accounts, levels, marketHaltsEndBy },
    remembers: () => ({
      ...{ trips: trips.remembers(), accounts: accounts.remembers(), levels: levels.remembers() },
    }),
  };
}
