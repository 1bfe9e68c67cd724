import type { GuardOptions } from '#server/engine/guard-loop.ts';
import type { TripSnapshots } from '#server/engine/trip-snapshots.ts';

/** For a guard that looks after desks alone: it watches neither market nor account. */
export const NO_BREAKER: Pick<
  GuardOptions,
  'trips' | 'accounts' | 'levels' | 'marketHaltsEndBy' | 'openWatch'
> = {
  trips: { trip: async () => {}, complete: async () => {}, insist: async () => {} },
  accounts: { judge: async () => {} },
  levels: {
    begin: () => {},
    judge: async () => {},
    standing: async () => ({ haltedSinceMs: null, overriddenAtMs: null }),
    concerned: async () => [],
  },
  marketHaltsEndBy: 'recovery',
  openWatch: () => ({
    look: async () => {},
    assess: () => null,
    hasSeenEndOf: () => false,
    forgive: () => {},
    close: () => {},
  }),
};

/** For trips of which nothing is frozen. */
export const NO_SNAPSHOTS: TripSnapshots = { keep: async () => {} };
