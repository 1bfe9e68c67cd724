/**
 * How the row of a desk in `trading_state` moves, as values: Postgres stores what comes of it, and a backtest keeps it in
 * memory. Both take the same steps because they are these.
 */
import { type EpochMs, HOUR_MS } from '#domain/time.ts';
import {
  atRiskOf,
  type BreakerLevel,
  type BreakerReason,
  graverLevel,
  type StateChange,
  type TradingMode,
  type TradingState,
} from '#domain/trading-state.ts';
import type { tradingState } from '../schema/desk.ts';

export type TradingRow = typeof tradingState.$inferSelect;

export interface Assessment {
  readonly level: BreakerLevel;
  readonly reasons: readonly BreakerReason[];
  readonly atMs: EpochMs;
}

/** What the guard sees, knowing of the person's override at this time; null for none. */
export interface WatchAssessment extends Assessment {
  readonly overriddenAtMs: EpochMs | null;
}

export interface BreakerState {
  readonly level: BreakerLevel;
  readonly reasons: readonly BreakerReason[];
  /** Null before the first assessment. */
  readonly atMs: EpochMs | null;
}

export interface TradingMove {
  readonly to: TradingMode;
  readonly why: StateChange;
}

const SEVERITY: Readonly<Record<TradingMode, number>> = { active: 0, reducing: 1, halted: 2 };

/** The longest window of a trigger: what begins again within it is the same occasion. */
const OCCASION_MS = 4 * HOUR_MS;

export function tradingStateOf(row: TradingRow): TradingState {
  const { endsBy, overriddenAtMs, atRiskSinceMs } = row;
  const atRisk = atRiskOf([...row.levelReasons, ...row.watchReasons], atRiskSinceMs ?? 0);
  return {
    ...{ mode: row.mode, reason: row.reason, setBy: row.setBy, sinceMs: row.sinceMs },
    ...(row.mode === 'halted' && endsBy === 'recovery' && { endsBy }),
    ...(overriddenAtMs !== null && { overriddenAtMs }),
    ...(atRisk !== undefined && { atRisk }),
  };
}

/** Both assessments as one; of a trigger that both tell, the guard's word, which is newer. */
export function breakerStateOf(row: TradingRow): BreakerState {
  const level = graverLevel(row.level, row.watchLevel);
  const watched = new Set(row.watchReasons.map(({ trigger }) => trigger));
  const reasons = [...row.watchReasons, ...row.levelReasons.filter(({ trigger }) => !watched.has(trigger))];
  const times = [row.levelAtMs, row.watchAtMs].filter((atMs) => atMs !== null);
  return { level, reasons, atMs: times.length === 0 ? null : Math.max(...times) };
}

/**
 * Towards less risk only: a lighter mode than the one that stands changes nothing. A halt that was to end by the
 * market's recovery waits for a person as soon as anything asks for one, and stays the trip it was.
 */
export function tightening(row: TradingRow, to: TradingMode, why: StateChange): TradingMove | null {
  // What was assessed before a person has overridden the market says nothing against it.
  const isForgiven = why.endsBy === 'recovery' && why.atMs <= (row.overriddenAtMs ?? -1);
  if (isForgiven) return null;
  if (SEVERITY[to] > SEVERITY[row.mode]) return { to, why };
  const asksForPerson = to === 'halted' && row.endsBy === 'recovery' && why.endsBy !== 'recovery';
  if (row.mode !== 'halted' || !asksForPerson) return null;
  const reason = `${row.reason}; ${why.reason}`;
  return { to, why: { reason, setBy: row.setBy, atMs: row.sinceMs, endsBy: 'person' } };
}

/** From `reducing` back to `active`, and only where the breaker itself had set it: a person's word stands. */
export function relaxing(row: TradingRow, why: StateChange): TradingMove | null {
  return row.mode === 'reducing' && row.setBy.startsWith('breaker:') ? { to: 'active', why } : null;
}

/** The end of the halt `of`, when it is still the one that stands, ends by recovery, and no level stands at `tripped`. */
export function recovering(row: TradingRow, of: TradingState, why: StateChange): TradingMove | null {
  const isOf = row.mode === 'halted' && row.endsBy === 'recovery' && row.sinceMs === of.sinceMs;
  return isOf && breakerStateOf(row).level !== 'tripped' ? { to: row.resumesAs, why } : null;
}

/** The columns a move sets; a halt keeps what it began from. */
export function moveColumns(row: TradingRow, { to, why }: TradingMove) {
  const resumesAs = row.mode === 'halted' ? row.resumesAs : row.mode;
  return { ...modeColumns(to, why), ...(to === 'halted' && { resumesAs }) };
}

/** The columns a word about trading sets; a halt ends by a person unless it says otherwise. */
export function modeColumns(to: TradingMode, change: StateChange) {
  const endsBy = change.endsBy ?? 'person';
  return { mode: to, reason: change.reason, setBy: change.setBy, sinceMs: change.atMs, endsBy };
}

/**
 * The columns a person's arming sets; none of a desk that is active. Who arms against a tripped market begins anew with
 * it: what has fallen until now trips nothing any more.
 */
export function armedColumns(row: TradingRow, change: StateChange): Partial<TradingRow> {
  if (row.mode === 'active') return {};
  return { ...modeColumns('active', change), ...(isHaltOfMarket(row) && overrideColumns(change.atMs)) };
}

export function overrideColumns(atMs: EpochMs) {
  const cleared = { level: 'clear', levelReasons: [], watchLevel: 'clear', watchReasons: [] } as const;
  return { ...cleared, overriddenAtMs: atMs };
}

/** Whether the market stands against trading: by its own halt, or by a trip that is told. */
export function isHaltOfMarket(row: TradingRow): boolean {
  return (row.mode === 'halted' && row.endsBy === 'recovery') || trippedByMarket(row).length > 0;
}

export function trippedByMarket(row: TradingRow): BreakerReason[] {
  return breakerStateOf(row).reasons.filter(({ level, hurts }) => level === 'tripped' && hurts !== undefined);
}

export function levelColumns({ level, reasons, atMs }: Assessment) {
  return { level, levelReasons: reasons, levelAtMs: atMs };
}

export function watchColumns({ level, reasons, atMs }: Assessment) {
  return { watchLevel: level, watchReasons: reasons, watchAtMs: atMs };
}

/** Since when a side has been at risk. What begins anew long enough after the last one was over is another occasion. */
export function riskColumns(row: TradingRow, next: TradingRow, atMs: EpochMs) {
  const isAtRisk = ({ levelReasons, watchReasons }: TradingRow) =>
    atRiskOf([...levelReasons, ...watchReasons], atMs) !== undefined;
  const [was, is] = [isAtRisk(row), isAtRisk(next)];
  const { atRiskSinceMs, atRiskUntilMs } = row;
  const isOver = atRiskSinceMs === null || (atRiskUntilMs ?? atRiskSinceMs) < atMs - OCCASION_MS;
  return {
    atRiskSinceMs: !was && is && isOver ? atMs : atRiskSinceMs,
    atRiskUntilMs: was && !is ? atMs : atRiskUntilMs,
  };
}
