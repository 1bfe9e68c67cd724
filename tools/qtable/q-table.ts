/**
 * The Q-table as a bounded adviser: it tells what it learned about a situation and how often it saw it, and it counts
 * only above its support threshold. Values are dense: `state × 4 + action`, actions in the order of `Q_ACTIONS`.
 */
import type { Position } from '#domain/account.ts';
import { QAction, type QAdvice, type Signal } from '#domain/signal.ts';
import { encodeState, STATE_COUNT } from './encode-state.ts';

export const Q_ACTIONS = QAction.options;

export interface QTable {
  readonly tableId: string;
  /** `STATE_COUNT × 4` action values. */
  readonly values: Float64Array;
  /** `STATE_COUNT` visit counts. */
  readonly visits: Uint32Array;
  /** Fewer visits than this and the advice does not count. */
  readonly minVisits: number;
}

export interface QTableReader {
  advise(signal: Signal, position: Position | null): QAdvice;
}

/**
 * Reads one table; with null there is no table and every advice says so.
 * @throws RangeError on columns of a wrong length, a value that is not finite, or a support threshold under one visit
 */
export function createQTableReader(table: QTable | null): QTableReader {
  if (table !== null) assertShape(table);
  return {
    advise: (signal, position) =>
      table === null ? noTable(signal, position) : look(table, signal, position),
  };
}

function look(table: QTable, signal: Signal, position: Position | null): QAdvice {
  const state = encodeState(signal, position);
  const visits = table.visits[state.index] ?? 0;
  const row = table.values.subarray(state.index * Q_ACTIONS.length, (state.index + 1) * Q_ACTIONS.length);
  const counts = visits >= table.minVisits;
  let bestAction = 0;
  for (let action = 1; action < row.length; action++)
    if ((row[action] ?? 0) > (row[bestAction] ?? 0)) bestAction = action;
  const best = Q_ACTIONS[bestAction] ?? 'hold';
  return {
    symbol: signal.symbol,
    tableId: table.tableId,
    state: state.text,
    values: { hold: row[0] ?? 0, long: row[1] ?? 0, short: row[2] ?? 0, close: row[3] ?? 0 },
    visits,
    counts,
    best: counts ? best : null,
    reason: counts
      ? `${best} after ${visits} visits`
      : `${visits} visits, ${table.minVisits} are needed to count`,
  };
}

function noTable(signal: Signal, position: Position | null): QAdvice {
  const state = encodeState(signal, position).text;
  const reason = 'no table has been promoted';
  return {
    symbol: signal.symbol,
    tableId: null,
    state,
    values: null,
    visits: 0,
    counts: false,
    best: null,
    reason,
  };
}

function assertShape({ tableId, values, visits, minVisits }: QTable): void {
  if (values.length !== STATE_COUNT * Q_ACTIONS.length || visits.length !== STATE_COUNT)
    throw new RangeError(
      `Q-table ${tableId} has ${values.length} values and ${visits.length} states, expected ${STATE_COUNT} states`,
    );
  const broken = values.findIndex((value) => !Number.isFinite(value));
  if (broken >= 0)
    throw new RangeError(`Q-table ${tableId} has ${values[broken]} at ${broken}, expected a finite number`);
  if (!Number.isInteger(minVisits) || minVisits < 1)
    throw new RangeError(`Q-table ${tableId} asks for ${minVisits} visits, expected a whole number from 1`);
}
