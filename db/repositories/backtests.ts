/**
 * Backtests asked over the API. One of a market is walked at a time, by the process that claimed it and says every
 * second that it lives; whoever falls silent is told as waiting, and another process takes the walk up again.
 */
import { and, asc, desc, eq, type SQL, sql } from 'drizzle-orm';
import { PERSON } from '#domain/audit.ts';
import { type Backtest, type BacktestReport, MOST_WAITING_BACKTESTS } from '#domain/backtest.ts';
import type { ChartBars } from '#domain/chart-bars.ts';
import { AppError } from '#domain/errors.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { Database, Queryable } from '../client.ts';
import { decodeCursor, type Page, type PageRequest, pageOf } from '../cursor.ts';
import { defineRepository } from '../repository.ts';
import { backtests } from '../schema/backtests.ts';
import { writeAudit } from './audit.ts';

export type NewBacktest = Pick<
  Backtest,
  'backtestId' | 'market' | 'source' | 'strategy' | 'symbols' | 'fromMs' | 'toMs' | 'createdAtMs'
>;
export type BacktestProgress = Pick<Backtest, 'doneFraction' | 'doneToMs' | 'trades'>;
export type BacktestEnd =
  | { readonly status: 'finished'; readonly report: BacktestReport; readonly bars: readonly ChartBars[] }
  | { readonly status: 'failed'; readonly error: NonNullable<Backtest['error']> }
  | { readonly status: 'cancelled' };

/** After it nobody is taken to walk a backtest that says it is being walked. */
const SILENT_AFTER_MS = 10_000;
/** A walk that ends its process each time is not taken up for ever. */
const MOST_ATTEMPTS = 3;

const nowMs = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
const isSilent = sql`coalesce(${backtests.heartbeatAtMs}, 0) < ${nowMs} - ${SILENT_AFTER_MS}::bigint`;
const isWaiting = sql`(${backtests.status} = 'queued' or (${backtests.status} = 'running' and ${isSilent}))`;
const columns = {
  backtestId: backtests.backtestId,
  market: backtests.market,
  source: backtests.source,
  status: sql<Backtest['status']>`case when ${isWaiting} then 'queued' else ${backtests.status} end`,
  strategy: backtests.strategy,
  symbols: backtests.symbols,
  fromMs: backtests.fromMs,
  toMs: backtests.toMs,
  createdAtMs: backtests.createdAtMs,
  startedAtMs: backtests.startedAtMs,
  finishedAtMs: backtests.finishedAtMs,
  doneFraction: backtests.doneFraction,
  doneToMs: backtests.doneToMs,
  trades: backtests.trades,
  attempts: backtests.attempts,
  error: backtests.error,
  returnFraction: backtests.returnFraction,
  holdReturnFraction: backtests.holdReturnFraction,
};

export function createBacktestRepository(database: Database) {
  const { orm } = database;
  const ownedBy = (backtestId: string, owner: string) =>
    and(eq(backtests.backtestId, backtestId), eq(backtests.owner, owner), eq(backtests.status, 'running'));

  async function update(where: SQL | undefined, change: object): Promise<boolean> {
    const changed = await orm.update(backtests).set(change).where(where).returning({ id: backtests.market });
    return changed.length > 0;
  }

  return defineRepository(database, {
    /** @throws AppError `conflict` where enough are waiting */
    async open(asked: NewBacktest): Promise<void> {
      const { backtestId, market, strategy, symbols, fromMs, toMs } = asked;
      await orm.transaction(async (transaction) => {
        await oneAtATime(transaction, market);
        const waiting = await transaction.$count(backtests, and(eq(backtests.market, market), isWaiting));
        if (waiting >= MOST_WAITING_BACKTESTS)
          throw new AppError(
            'conflict',
            `${waiting} backtests wait already, and ${MOST_WAITING_BACKTESTS} may: cancel one, or ask again when one is done`,
          );
        await transaction.insert(backtests).values({ ...asked, status: 'queued' });
        await writeAudit(transaction, {
          ...{ actor: PERSON, action: 'backtest.start', subject: `backtest:${backtestId}` },
          details: { strategy, symbols, fromMs, toMs },
        });
      });
    },

    async get(backtestId: string): Promise<(Backtest & { report: BacktestReport | null }) | null> {
      const [row] = await orm
        .select({ ...columns, report: backtests.report })
        .from(backtests)
        .where(eq(backtests.backtestId, backtestId));
      return row ?? null;
    },

    /** Of every market, newest first. */
    async list({ limit, cursor }: PageRequest): Promise<Page<Backtest>> {
      const [atMs, id] = cursor ? decodeCursor(cursor) : [null, ''];
      const rows = await orm
        .select(columns)
        .from(backtests)
        .where(
          atMs === null
            ? undefined
            : sql`(${backtests.createdAtMs}, ${backtests.backtestId}) < (${atMs}, ${id})`,
        )
        .orderBy(desc(backtests.createdAtMs), desc(backtests.backtestId))
        .limit(limit + 1);
      return pageOf(rows, limit, (row) => [row.createdAtMs, row.backtestId]);
    },

    /** Null where there is no such backtest, or none of the symbol in it, or it has not finished. */
    async bars(backtestId: string, symbol: MarketSymbol): Promise<ChartBars | null> {
      const [row] = await orm
        .select({
          bars: sql<ChartBars | null>`(select one from jsonb_array_elements(${backtests.bars}) one
            where one ->> 'symbol' = ${symbol})`,
        })
        .from(backtests)
        .where(eq(backtests.backtestId, backtestId));
      return row?.bars ?? null;
    },

    /** One that waits is cancelled at once, one that is walked as soon as its process hears of it. */
    cancel: (backtestId: string): Promise<void> =>
      orm.transaction(async (transaction) => {
        const [found] = await transaction
          .select({ status: columns.status })
          .from(backtests)
          .where(eq(backtests.backtestId, backtestId))
          .for('update');
        if (found === undefined) throw new AppError('not_found', `there is no backtest "${backtestId}"`);
        if (found.status !== 'queued' && found.status !== 'running')
          throw new AppError(
            'conflict',
            `backtest "${backtestId}" is ${found.status}: there is nothing to cancel`,
          );
        await transaction
          .update(backtests)
          .set(
            found.status === 'running'
              ? { cancelRequested: true }
              : { status: 'cancelled', finishedAtMs: nowMs },
          )
          .where(eq(backtests.backtestId, backtestId));
        await writeAudit(transaction, {
          ...{ actor: PERSON, action: 'backtest.cancel', subject: `backtest:${backtestId}` },
          details: {},
        });
      }),

    /** The next to be walked; null where none waits, or one is being walked. */
    claim: (market: string, owner: string): Promise<Backtest | null> =>
      orm.transaction(async (transaction) => {
        await oneAtATime(transaction, market);
        const ofMarket = eq(backtests.market, market);
        const cutOff = and(ofMarket, eq(backtests.status, 'running'), isSilent);
        const ended = { finishedAtMs: nowMs };
        await transaction
          .update(backtests)
          .set({ ...ended, status: 'cancelled' })
          .where(and(cutOff, eq(backtests.cancelRequested, true)));
        await transaction
          .update(backtests)
          .set({ ...ended, status: 'failed', error: CUT_OFF_TOO_OFTEN })
          .where(and(ofMarket, isWaiting, sql`${backtests.attempts} >= ${MOST_ATTEMPTS}`));
        if ((await transaction.$count(backtests, and(ofMarket, eq(columns.status, 'running')))) > 0)
          return null;
        const [next] = await transaction
          .select(columns)
          .from(backtests)
          .where(and(ofMarket, isWaiting))
          .orderBy(asc(backtests.createdAtMs), asc(backtests.backtestId))
          .limit(1);
        if (next === undefined) return null;
        await transaction
          .update(backtests)
          .set({
            ...{ status: 'running', owner, heartbeatAtMs: nowMs, attempts: next.attempts + 1 },
            startedAtMs: sql`coalesce(${backtests.startedAtMs}, ${nowMs})`,
          })
          .where(eq(backtests.backtestId, next.backtestId));
        return { ...next, status: 'running' as const, attempts: next.attempts + 1 };
      }),

    /** Says that its owner lives. `lost`: another has taken it up, or it is over. */
    async beat(
      backtestId: string,
      owner: string,
      progress: BacktestProgress | null,
    ): Promise<'goes on' | 'cancelled' | 'lost'> {
      const [row] = await orm
        .update(backtests)
        .set({ ...progress, heartbeatAtMs: nowMs })
        .where(ownedBy(backtestId, owner))
        .returning({ cancelRequested: backtests.cancelRequested });
      if (row === undefined) return 'lost';
      return row.cancelRequested ? 'cancelled' : 'goes on';
    },

    /** Gives it back to be taken up again; a process that stops as it should has not tried in vain. */
    release: (backtestId: string, owner: string, { isOwnFault }: { readonly isOwnFault: boolean }) =>
      update(ownedBy(backtestId, owner), {
        ...{ status: 'queued', owner: null, heartbeatAtMs: null },
        ...(!isOwnFault && { attempts: sql`${backtests.attempts} - 1` }),
      }),

    /** False where it was not the owner's any more. */
    end: (backtestId: string, owner: string, end: BacktestEnd): Promise<boolean> =>
      update(ownedBy(backtestId, owner), {
        ...end,
        finishedAtMs: nowMs,
        ...(end.status === 'finished' && {
          ...{ doneFraction: 1, trades: end.report.result.trades },
          doneToMs: Date.parse(end.report.result.to),
          returnFraction: end.report.result.returnFraction,
          holdReturnFraction: end.report.result.holdReturnFraction,
        }),
      }),
  });
}

const CUT_OFF_TOO_OFTEN = {
  code: 'run_interrupted',
  message: `its process was cut off ${MOST_ATTEMPTS} times: ask for a shorter span or fewer symbols, and see the log`,
};

async function oneAtATime(transaction: Queryable, market: string): Promise<void> {
  await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`backtests ${market}`}, 0))`);
}

export type BacktestRepository = ReturnType<typeof createBacktestRepository>;
