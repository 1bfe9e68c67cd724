/**
 * May a desk trade: `TradingStateStore` of the graphs, and what a person may do. Halted means halted for every process
 * and after every restart. A market has a row of its own, the last word said to all of its desks: a new one starts with
 * it. So has the database: a market of which nothing was said starts with that.
 */
import { eq, inArray, sql } from 'drizzle-orm';
import type { BreakerReason, StateChange, TradingMode, TradingState } from '#domain/trading-state.ts';
import type { Database, Queryable } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { desks, tradingState } from '../schema/desk.ts';
import { writeAudit } from './audit.ts';
import { breakerEvent, breakerEvents, type NewBreakerEvent } from './breaker-events.ts';
import { storeLevel, storeWatch } from './breaker-levels.ts';
import {
  type Assessment,
  type BreakerState,
  breakerStateOf,
  isHaltOfMarket,
  modeColumns,
  moveColumns,
  overrideColumns,
  recovering,
  relaxing,
  type TradingMove,
  type TradingRow,
  tightening,
  tradingStateOf,
  trippedByMarket,
  type WatchAssessment,
} from './trading-moves.ts';
import { allDesksOf, lockCreation, tradingRowOf } from './trading-rows.ts';

/** The desks a process may speak for: those of its market. Times in their rows are that market's. */
export interface MarketScope {
  readonly key: string;
  includes(deskId: string): boolean;
}

export interface StateAnswer {
  /** Desks whose state is another one now. Armed again, a desk that is active keeps its reason and its time. */
  readonly changed: readonly string[];
  /** What a person has overridden by arming: the breaker of one of these desks stood at `tripped`. */
  readonly overridden: readonly BreakerReason[];
}

export function createTradingStateRepository(
  database: Database,
  options: { readonly defaultState: TradingState; readonly market: MarketScope },
) {
  const { orm } = database;
  const { market, defaultState } = options;
  const allDesks = allDesksOf(market.key);
  const isDesk = (name: string) => name !== allDesks;

  /** Asked for before every order, so it is built once. */
  const stateOfDesk = orm
    .select()
    .from(tradingState)
    .where(eq(tradingState.deskId, sql.placeholder('deskId')))
    .prepare('state_of_desk');

  function rowOf(queryable: Queryable, deskId: string, locked: boolean): Promise<TradingRow> {
    return tradingRowOf(queryable, { deskId, marketKey: market.key, defaultState }, locked);
  }

  async function setMode(
    transaction: Queryable,
    rows: readonly TradingRow[],
    to: TradingMode,
    change: StateChange,
  ): Promise<StateAnswer> {
    const changed = rows.filter((row) => to !== 'active' || row.mode !== 'active');
    const names = changed.map(({ deskId }) => deskId);
    if (names.length > 0)
      await transaction
        .update(tradingState)
        .set(modeColumns(to, change))
        .where(inArray(tradingState.deskId, names));
    const overridden = to === 'active' ? await override(transaction, changed, change) : [];
    return { changed: names.filter(isDesk), overridden };
  }

  /** Who arms against a tripped market begins anew with it: what has fallen until now trips nothing any more. */
  async function override(
    transaction: Queryable,
    rows: readonly TradingRow[],
    { atMs }: StateChange,
  ): Promise<BreakerReason[]> {
    const tripped = rows.filter(isHaltOfMarket);
    if (tripped.length === 0) return [];
    const names = tripped.map(({ deskId }) => deskId);
    await transaction
      .update(tradingState)
      .set(overrideColumns(atMs))
      .where(inArray(tradingState.deskId, names));
    const reasons = tripped.flatMap(overriddenReasons);
    return [...new Map(reasons.map((reason) => [reason.message, reason])).values()];
  }

  function say(deskId: string | null, to: TradingMode, change: StateChange): Promise<StateAnswer> {
    return orm.transaction(async (transaction) => {
      if (deskId === null) await lockCreation(transaction);
      const named = deskId === null ? await desksOfMarket(transaction) : [deskId];
      const rows: TradingRow[] = [];
      for (const name of named) rows.push(await rowOf(transaction, name, true));
      const answer = await setMode(transaction, rows, to, change);
      const { changed, overridden } = answer;
      await writeAudit(transaction, {
        actor: change.setBy,
        action: to === 'active' ? 'trading.arm' : `trading.${to}`,
        subject: deskId === null ? `desks of ${market.key}` : `desk:${deskId}`,
        details: {
          ...{ to, reason: change.reason, atMs: change.atMs, desks: changed },
          ...(overridden.length > 0 && { overridden }),
        },
      });
      return answer;
    });
  }

  /** Every desk of the market there is or has a state, and its own row; sorted, so that two callers lock alike. */
  async function desksOfMarket(transaction: Queryable): Promise<string[]> {
    const known = await transaction
      .select({ deskId: desks.deskId })
      .from(desks)
      .union(transaction.select({ deskId: tradingState.deskId }).from(tradingState));
    const own = known.map((row) => row.deskId).filter((deskId) => market.includes(deskId));
    return [...new Set([allDesks, ...own])].sort();
  }

  /** Moves one desk when `may` says so, with its audit row; gives the state as it now stands. */
  function move(
    deskId: string,
    action: string,
    step: (row: TradingRow) => TradingMove | null,
  ): Promise<TradingState> {
    return orm.transaction(async (transaction) => {
      const row = await rowOf(transaction, deskId, true);
      const found = step(row);
      if (found === null) return tradingStateOf(row);
      const { to, why } = found;
      const columns = moveColumns(row, found);
      await transaction.update(tradingState).set(columns).where(eq(tradingState.deskId, deskId));
      await writeAudit(transaction, {
        actor: why.setBy,
        action,
        subject: `desk:${deskId}`,
        details: { from: row.mode, to, reason: why.reason, atMs: why.atMs, endsBy: columns.endsBy },
      });
      return tradingStateOf({ ...row, ...columns });
    });
  }

  return defineRepository(database, {
    async read(deskId: string): Promise<TradingState> {
      const [row] = await stateOfDesk.execute({ deskId });
      return tradingStateOf(row ?? (await rowOf(orm, deskId, false)));
    },

    tighten: (deskId: string, to: TradingMode, why: StateChange): Promise<TradingState> =>
      move(deskId, 'trading.tighten', (row) => tightening(row, to, why)),

    relax: (deskId: string, why: StateChange): Promise<TradingState> =>
      move(deskId, 'trading.relax', (row) => relaxing(row, why)),

    /** Back to what the halt `of` began from: what was `reducing` stays so. False where that halt does not end. */
    async recover(deskId: string, of: TradingState, why: StateChange): Promise<boolean> {
      let isOver = false;
      await move(deskId, 'trading.recover', (row) => {
        const found = recovering(row, of, why);
        isOver = found !== null;
        return found;
      });
      return isOver;
    },

    /** Null halts every desk of the market, the ones still to be created among them. */
    halt: (deskId: string | null, change: StateChange): Promise<StateAnswer> => say(deskId, 'halted', change),

    arm: (deskId: string | null, change: StateChange): Promise<StateAnswer> => say(deskId, 'active', change),

    level: async (deskId: string) => breakerStateOf(await rowOf(orm, deskId, false)),

    /** What a cycle has assessed; gives it together with what the guard sees. */
    setLevel: (deskId: string, assessment: Assessment): Promise<BreakerState> =>
      storeLevel(orm, deskId, { assessment, rowOf }),

    /** What the guard sees of the market. */
    setWatch: (deskId: string, assessment: WatchAssessment): Promise<void> =>
      storeWatch(orm, deskId, { assessment, rowOf }),

    breakerEvent: (event: NewBreakerEvent): Promise<void> => breakerEvent(orm, event),

    breakerEvents: (request: Parameters<typeof breakerEvents>[1]) => breakerEvents(orm, request),
  });
}

/** A halt whose level is not told yet says itself what is overridden. */
function overriddenReasons(row: TradingRow): BreakerReason[] {
  const told = trippedByMarket(row);
  if (told.length > 0) return told;
  return [{ trigger: 'market', level: 'tripped', value: null, limit: null, message: row.reason }];
}

export type TradingStateRepository = ReturnType<typeof createTradingStateRepository>;
