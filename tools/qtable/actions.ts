/** What a table may advise, in the order its columns have. */
import { QAction } from '#domain/signal.ts';
import type { PositionSide } from './encode-state.ts';

export const Q_ACTIONS = QAction.options;
export const ACTION_COUNT = Q_ACTIONS.length;

export const HOLD = Q_ACTIONS.indexOf('hold');
export const LONG = Q_ACTIONS.indexOf('long');
export const SHORT = Q_ACTIONS.indexOf('short');
export const CLOSE = Q_ACTIONS.indexOf('close');

const WHEN_FLAT = [HOLD, LONG, SHORT] as const;
const WHEN_HELD = [HOLD, CLOSE] as const;

/**
 * The columns a position allows: one that is there can be kept or closed, and another side begins with a close, as the
 * desk's own orders do.
 */
export function allowedActions(side: PositionSide): readonly number[] {
  return side === 'none' ? WHEN_FLAT : WHEN_HELD;
}

/** The allowed column of the greatest value, the first of equals, so that a state nobody has seen holds. */
export function bestAllowed(values: Float64Array, state: number, side: PositionSide): number {
  const at = (action: number) => values[state * ACTION_COUNT + action] ?? 0;
  return allowedActions(side).reduce((best, action) => (at(action) > at(best) ? action : best), HOLD);
}
