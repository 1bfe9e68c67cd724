import type { AtRisk, TradingState } from '#domain/trading-state.ts';

/** How the name begins of what the breaker has set: a run of the cycle, or the guard. */
export const SET_BY_BREAKER = 'breaker:';

/**
 * Names the trip of the breaker that this state stands for, the same in every process and after every restart: for one
 * occasion a position's stop is tightened once. Null where a person has set it.
 */
export function tripOccasion({ setBy, sinceMs }: TradingState): string | null {
  return setBy.startsWith(SET_BY_BREAKER) ? `${setBy} at ${sinceMs}` : null;
}

/** Names what began when a side came to be at risk, in the same way. */
export function watchOccasion({ sinceMs }: AtRisk): string {
  return `${SET_BY_BREAKER}watch at ${sinceMs}`;
}
