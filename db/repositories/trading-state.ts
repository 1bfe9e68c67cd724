/**
 * May a desk trade: `TradingStateStore` of the graphs, and what a person may do. Halted means halted for every process
 * and after every restart. A market has a row of its own, the last word said to all of its desks: a new one starts with
 * it. So has the database: a market of which nothing was said starts with that.
 */
import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import { AppError } from '#domain/errors.ts';
import type { EpochMs } from '#domain/time.ts';
import type { BreakerLevel, BreakerReason, TradingMode, TradingState } from '#domain/trading-state.ts';
import type { Database, Queryable } from '../client.ts';
import { type DeskPageRequest, decodeCursor, type Page, pageOf } from '../cursor.ts';
import { defineRepository } from '../repository.ts';
import { breakerEvents, desks, tradingState } from '../schema/desk.ts';
import { writeAudit } from './audit.ts';

export interface StateChange {
  readonly reason: string;
  readonly setBy: string;
  readonly atMs: EpochMs;
}

export interface BreakerState {
  readonly level: BreakerLevel;
  readonly reasons: readonly BreakerReason[];
  /** Null before the first assessment. */
  readonly atMs: EpochMs | null;
}

type StoredBreakerEvent = typeof breakerEvents.$inferSelect;
type NewBreakerEvent = Omit<StoredBreakerEvent, 'eventId' | 'symbols'> & {
  readonly symbols: readonly string[];
};

/** The desks a process may speak for: those of its market. Times in their rows are that market's. */
export interface MarketScope {
  readonly key: string;
  includes(deskId: string): boolean;
}

export interface StateAnswer {
  /** Desks whose state is another one now. Armed again, a desk that is active keeps its reason and its time. */
  readonly changed: readonly string[];
}

/** The word said to markets to come; see halt-everything.ts. */
export const EVERY_MARKET = '*';

const SEVERITY: Readonly<Record<TradingMode, number>> = { active: 0, reducing: 1, halted: 2 };
const { mode, reason, setBy, sinceMs } = tradingState;

export function createTradingStateRepository(
  database: Database,
  options: { readonly defaultState: TradingState; readonly market: MarketScope },
) {
  const { orm } = database;
  const { market } = options;
  // No desk has this id: a desk's own part of it is letters, digits and dashes.
  const allDesks = `${market.key}--*`;
  const isDesk = (name: string) => name !== allDesks;

  /** Asked for before every order, so it is built once. */
  const stateOfDesk = orm
    .select()
    .from(tradingState)
    .where(eq(tradingState.deskId, sql.placeholder('deskId')))
    .prepare('state_of_desk');

  /** The desk's row, made from its market's or the default when it is the first time, locked when asked. */
  async function rowOf(queryable: Queryable, deskId: string, locked: boolean) {
    const find = async () => {
      const query = queryable.select().from(tradingState).where(eq(tradingState.deskId, deskId));
      const [row] = await (locked ? query.for('update') : query);
      return row;
    };
    const found = await find();
    if (found !== undefined) return found;
    await queryable.transaction(async (transaction) => {
      await lockCreation(transaction);
      const said = await transaction
        .select({ of: tradingState.deskId, word: { mode, reason, setBy, sinceMs } })
        .from(tradingState)
        .where(inArray(tradingState.deskId, [allDesks, EVERY_MARKET]));
      // Nothing but a halt is said to every market: no word makes a live one start active.
      const nearest =
        said.find(({ of }) => of === allDesks) ?? said.find(({ word }) => word.mode === 'halted');
      await transaction
        .insert(tradingState)
        .values({ deskId, ...options.defaultState, ...nearest?.word })
        .onConflictDoNothing();
    });
    const made = await find();
    if (made === undefined)
      throw new AppError('internal', `the trading state of desk ${deskId} was not stored`);
    return made;
  }

  function setMode(deskId: string | null, to: TradingMode, change: StateChange): Promise<StateAnswer> {
    return orm.transaction(async (transaction) => {
      if (deskId === null) await lockCreation(transaction);
      const named = deskId === null ? await desksOfMarket(transaction) : [deskId];
      const changed: string[] = [];
      for (const name of named) {
        const row = await rowOf(transaction, name, true);
        if (to !== 'active' || row.mode !== 'active') changed.push(name);
      }
      if (changed.length > 0)
        await transaction
          .update(tradingState)
          .set(stateOf(to, change))
          .where(inArray(tradingState.deskId, changed));
      await writeAudit(transaction, {
        actor: change.setBy,
        action: to === 'active' ? 'trading.arm' : `trading.${to}`,
        subject: deskId === null ? `desks of ${market.key}` : `desk:${deskId}`,
        details: { to, reason: change.reason, atMs: change.atMs, desks: changed.filter(isDesk) },
      });
      return { changed: changed.filter(isDesk) };
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

  return defineRepository(database, {
    async read(deskId: string): Promise<TradingState> {
      const [row] = await stateOfDesk.execute({ deskId });
      return tradingStateOf(row ?? (await rowOf(orm, deskId, false)));
    },

    /** Towards less risk only: a lighter mode than the one that stands changes nothing. */
    tighten: (deskId: string, to: TradingMode, why: StateChange): Promise<TradingState> =>
      orm.transaction(async (transaction) => {
        const row = await rowOf(transaction, deskId, true);
        if (SEVERITY[to] <= SEVERITY[row.mode]) return tradingStateOf(row);
        await transaction.update(tradingState).set(stateOf(to, why)).where(eq(tradingState.deskId, deskId));
        await writeAudit(transaction, {
          actor: why.setBy,
          action: 'trading.tighten',
          subject: `desk:${deskId}`,
          details: { from: row.mode, to, reason: why.reason, atMs: why.atMs },
        });
        return stateOf(to, why);
      }),

    /** From `reducing` back to `active`, and only where the breaker itself had set it: a person's word stands. */
    relax: (deskId: string, why: StateChange): Promise<TradingState> =>
      orm.transaction(async (transaction) => {
        const row = await rowOf(transaction, deskId, true);
        if (row.mode !== 'reducing' || !row.setBy.startsWith('breaker:')) return tradingStateOf(row);
        await transaction
          .update(tradingState)
          .set(stateOf('active', why))
          .where(eq(tradingState.deskId, deskId));
        await writeAudit(transaction, {
          actor: why.setBy,
          action: 'trading.relax',
          subject: `desk:${deskId}`,
          details: { from: row.mode, to: 'active', reason: why.reason, atMs: why.atMs },
        });
        return stateOf('active', why);
      }),

    /** Null halts every desk of the market, the ones still to be created among them. */
    halt: (deskId: string | null, change: StateChange): Promise<StateAnswer> =>
      setMode(deskId, 'halted', change),

    arm: (deskId: string | null, change: StateChange): Promise<StateAnswer> =>
      setMode(deskId, 'active', change),

    async level(deskId: string): Promise<BreakerState> {
      const row = await rowOf(orm, deskId, false);
      return { level: row.level, reasons: row.levelReasons, atMs: row.levelAtMs };
    },

    /** Audited when the level changes; a new assessment of the same level is not, and takes one statement. */
    async setLevel(
      deskId: string,
      level: BreakerLevel,
      reasons: readonly BreakerReason[],
      atMs: EpochMs,
    ): Promise<void> {
      const assessment = { level, levelReasons: reasons, levelAtMs: atMs };
      const unchanged = await orm
        .update(tradingState)
        .set(assessment)
        .where(and(eq(tradingState.deskId, deskId), eq(tradingState.level, level)))
        .returning({ deskId: tradingState.deskId });
      if (unchanged.length === 1) return;
      await orm.transaction(async (transaction) => {
        const row = await rowOf(transaction, deskId, true);
        await transaction.update(tradingState).set(assessment).where(eq(tradingState.deskId, deskId));
        if (row.level === level) return;
        await writeAudit(transaction, {
          actor: 'breaker',
          action: 'breaker.level',
          subject: `desk:${deskId}`,
          details: { from: row.level, to: level, reasons, atMs },
        });
      });
    },

    breakerEvent: (event: NewBreakerEvent): Promise<void> =>
      orm.transaction(async (transaction) => {
        await transaction.insert(breakerEvents).values({ ...event, symbols: [...event.symbols] });
        await writeAudit(transaction, {
          actor: 'breaker',
          action: 'breaker.event',
          subject: `desk:${event.deskId}`,
          details: event,
        });
      }),

    /** Newest first. */
    async breakerEvents(request: DeskPageRequest): Promise<Page<StoredBreakerEvent>> {
      const rows = await orm
        .select()
        .from(breakerEvents)
        .where(
          and(
            request.deskIds && inArray(breakerEvents.deskId, [...request.deskIds]),
            request.cursor ? lt(breakerEvents.eventId, decodeCursor(request.cursor)[0]) : undefined,
          ),
        )
        .orderBy(desc(breakerEvents.eventId))
        .limit(request.limit + 1);
      return pageOf(rows, request.limit, (row) => [row.eventId, '']);
    },
  });
}

export type TradingStateRepository = ReturnType<typeof createTradingStateRepository>;

/** Without it a desk's first state, read from its market's before everything is halted, could be stored after. */
export async function lockCreation(transaction: Queryable): Promise<void> {
  await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended('trading_state', 0))`);
}

function stateOf(to: TradingMode, change: StateChange): TradingState {
  return { mode: to, reason: change.reason, setBy: change.setBy, sinceMs: change.atMs };
}

function tradingStateOf(row: TradingState): TradingState {
  return { mode: row.mode, reason: row.reason, setBy: row.setBy, sinceMs: row.sinceMs };
}
