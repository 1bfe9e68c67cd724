import type { GuardOptions } from '#server/engine/guard-loop.ts';

/** For a guard that looks after desks alone: it watches neither market nor account. */
export const NO_BREAKER: Pick<GuardOptions, 'trips' | 'accounts' | 'openWatch'> = {
  trips: { trip: async () => {}, complete: async () => {} },
  accounts: { judge: async () => {} },
  openWatch: () => ({ look: async () => {}, close: () => {} }),
};
