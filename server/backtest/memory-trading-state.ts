/** The trading state of one desk in memory: the steps of db/repositories/trading-moves.ts, without a database. */
import type { NewBreakerEvent } from '#db/repositories/breaker-events.ts';
import {
  armedColumns,
  breakerStateOf,
  levelColumns,
  moveColumns,
  recovering,
  relaxing,
  riskColumns,
  type TradingMove,
  type TradingRow,
  tightening,
  tradingStateOf,
  watchColumns,
} from '#db/repositories/trading-moves.ts';
import type { TradingStateRepository } from '#db/repositories/trading-state.ts';
import type { BacktestArming } from '#domain/backtest.ts';
import type { EpochMs } from '#domain/time.ts';
import type { StateChange, TradingState } from '#domain/trading-state.ts';

export type MemoryTradingState = Pick<
  TradingStateRepository,
  | 'read'
  | 'tighten'
  | 'relax'
  | 'recover'
  | 'level'
  | 'setLevel'
  | 'setWatch'
  | 'breakerEvent'
  | 'breakerEvents'
> & {
  readonly now: () => TradingState;
  /** As a person does; a desk that is active stays as it is. */
  readonly arm: (change: StateChange) => void;
  readonly contents: () => TradingStateContents;
};

export interface TradingStateContents {
  readonly row: TradingRow;
  /** Oldest first. */
  readonly events: readonly NewBreakerEvent[];
  /** Oldest first. */
  readonly armings: readonly BacktestArming[];
}

export function createMemoryTradingState(contents: TradingStateContents): MemoryTradingState {
  let { row } = contents;
  const events = [...contents.events];
  const armings = [...contents.armings];

  function move(found: TradingMove | null): TradingState {
    if (found !== null) row = { ...row, ...moveColumns(row, found) };
    return tradingStateOf(row);
  }

  function assess(columns: Partial<TradingRow>, atMs: EpochMs): void {
    const told = { ...row, ...columns };
    row = { ...told, ...riskColumns(row, told, atMs) };
  }

  return {
    now: () => tradingStateOf(row),
    contents: () => ({ row, events, armings }),
    arm(change) {
      const { mode, sinceMs, reason } = row;
      if (mode === 'active') return;
      armings.push({ atMs: change.atMs, mode, sinceMs, reason });
      row = { ...row, ...armedColumns(row, change) };
    },
    read: async () => tradingStateOf(row),
    tighten: async (_deskId, to, why) => move(tightening(row, to, why)),
    relax: async (_deskId, why) => move(relaxing(row, why)),
    async recover(_deskId, of, why) {
      const found = recovering(row, of, why);
      move(found);
      return found !== null;
    },
    level: async () => breakerStateOf(row),
    async setLevel(_deskId, assessment) {
      assess(levelColumns(assessment), assessment.atMs);
      return breakerStateOf(row);
    },
    async setWatch(_deskId, assessment) {
      if (row.overriddenAtMs === assessment.overriddenAtMs) assess(watchColumns(assessment), assessment.atMs);
    },
    breakerEvent: async (event) => void events.push(event),
    async breakerEvents({ limit }) {
      const newest = events.slice(-limit).reverse();
      return {
        items: newest.map((event, at) => ({
          ...{ snapshotId: null, market: [], ...event },
          symbols: [...event.symbols],
          eventId: events.length - at,
        })),
        nextCursor: null,
      };
    },
  };
}

/** A desk nobody has said anything of: active, as paper trading begins. */
export function newTradingState(deskId: string, sinceMs: EpochMs): TradingStateContents {
  return {
    row: {
      ...{ deskId, mode: 'active', reason: 'paper trading starts active', setBy: 'start-up', sinceMs },
      ...{ endsBy: 'person', resumesAs: 'active', overriddenAtMs: null },
      ...{ level: 'clear', levelReasons: [], levelAtMs: null },
      ...{ watchLevel: 'clear', watchReasons: [], watchAtMs: null },
      ...{ atRiskSinceMs: null, atRiskUntilMs: null },
    },
    events: [],
    armings: [],
  };
}
