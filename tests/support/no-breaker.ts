import type { GuardOptions } from '#server/engine/guard-loop.ts';

/** For a guard that looks after desks alone: it watches no market. */
export const NO_BREAKER: Pick<GuardOptions, 'trips' | 'openWatch'> = {
  trips: { trip: async () => {}, complete: async () => {} },
  openWatch: () => ({ look: async () => {}, close: () => {} }),
};
