/**
 * The Q-table as a bounded adviser: it tells what it learned about a situation and how often it saw it, and it counts
 * only above its support threshold. Values are dense: `state × 4 + action`, actions in the order of `Q_ACTIONS`.
 */
import type { QAdvice } from '#domain/signal.ts';
import { ACTION_COUNT, allowedActions, bestAllowed, Q_ACTIONS } from './actions.ts';
import { ENCODING_VERSION, encodeState, type Situation, STATE_COUNT, sideOfState } from './encode-state.ts';

export interface QTable {
  readonly tableId: string;
  /** Of the states it was trained on. */
  readonly encodingVersion: number;
  /** `STATE_COUNT × 4` action values. */
  readonly values: Float64Array;
  /** `STATE_COUNT` visit counts. */
  readonly visits: Uint32Array;
  /** Fewer visits than this and the advice does not count. */
  readonly minVisits: number;
}

export interface QTableReader {
  advise(situation: Situation): QAdvice;
}

/**
 * Reads one table; with null there is no table, and of another encoding nothing is read: every advice says so.
 * @throws RangeError on columns of a wrong length, a value that is not finite, or a support threshold under one visit
 */
export function createQTableReader(table: QTable | null): QTableReader {
  if (table === null) return createSilentReader(null, 'no table has been promoted');
  if (table.encodingVersion !== ENCODING_VERSION)
    return createSilentReader(
      table.tableId,
      `table ${table.tableId} has the state encoding ${table.encodingVersion}, this desk reads ${ENCODING_VERSION}: train and promote another`,
    );
  assertShape(table);
  return { advise: (situation) => look(table, situation) };
}

function look(table: QTable, situation: Situation): QAdvice {
  const { index, text } = encodeState(situation);
  const visits = table.visits[index] ?? 0;
  const side = sideOfState(index);
  const counts = visits >= table.minVisits;
  const best = Q_ACTIONS[bestAllowed(table.values, index, side)] ?? 'hold';
  return {
    symbol: situation.signal.symbol,
    tableId: table.tableId,
    state: text,
    values: Object.fromEntries(
      allowedActions(side).map((action) => [Q_ACTIONS[action], table.values[index * ACTION_COUNT + action]]),
    ),
    visits,
    counts,
    best: counts ? best : null,
    reason: counts
      ? `${best} after ${visits} visits`
      : `${visits} visits, ${table.minVisits} are needed to count`,
  };
}

/** Has no advice: tells the state it would have looked at, and why it does not. */
export function createSilentReader(tableId: string | null, reason: string): QTableReader {
  return {
    advise: (situation) => ({
      symbol: situation.signal.symbol,
      tableId,
      state: encodeState(situation).text,
      values: null,
      visits: 0,
      counts: false,
      best: null,
      reason,
    }),
  };
}

function assertShape({ tableId, values, visits, minVisits }: QTable): void {
  if (values.length !== STATE_COUNT * ACTION_COUNT || visits.length !== STATE_COUNT)
    throw new RangeError(
      `Q-table ${tableId} has ${values.length} values and ${visits.length} states, expected ${STATE_COUNT} states`,
    );
  const broken = values.findIndex((value) => !Number.isFinite(value));
  if (broken >= 0)
    throw new RangeError(`Q-table ${tableId} has ${values[broken]} at ${broken}, expected a finite number`);
  if (!Number.isInteger(minVisits) || minVisits < 1)
    throw new RangeError(`Q-table ${tableId} asks for ${minVisits} visits, expected a whole number from 1`);
}
