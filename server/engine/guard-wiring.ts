/** The guard's hands over whatever keeps a desk's state: the tables of a process, or the memory of a backtest. */
import type { Config } from '../config.ts';
import { type AccountWatchOptions, createAccountWatch } from './account-watch.ts';
import type { GuardHands } from './guard-pass.ts';
import { createMarketLevels, type MarketLevelOptions } from './market-levels.ts';
import { createTrips, type TripOptions } from './trips.ts';

export type GuardWiring = Pick<Config, 'breaker'> &
  Pick<AccountWatchOptions, 'equityMarks' | 'limits'> &
  Pick<TripOptions, 'snapshots'> &
  Pick<MarketLevelOptions, 'nowMs' | 'onState' | 'logger'> & {
    readonly tradingState: AccountWatchOptions['tradingState'] &
      TripOptions['tradingState'] &
      MarketLevelOptions['tradingState'];
  };

export function openGuardHands(wiring: GuardWiring): GuardHands {
  const { tradingState, equityMarks, snapshots, nowMs, limits, breaker, onState, logger } = wiring;
  const { marketHaltsEndBy } = breaker.thresholds;
  const trips = createTrips({ tradingState, snapshots, nowMs, logger });
  return {
    trips,
    accounts: createAccountWatch({ tradingState, equityMarks, trips, limits, onState, logger }),
    levels: createMarketLevels({
      ...{ tradingState, nowMs, trips, onState, logger, marketHaltsEndBy },
      calmMs: breaker.limits.recovery.calmMs,
    }),
    marketHaltsEndBy,
  };
}
