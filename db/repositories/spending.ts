/** What model calls may still cost: sums of what they did cost, and what is set aside for those under way. */
import { eq, lt, sql, sum } from 'drizzle-orm';
import { type Committed, type Shortfall, type SpendingLimits, shortfallOf } from '#domain/spending-limits.ts';
import { DAY_MS, type EpochMs } from '#domain/time.ts';
import type { Database, Queryable } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { llmCalls } from '../schema/llm.ts';
import { spendingReservations } from '../schema/spending.ts';
import { NO_DISK_WAIT } from './without-disk-wait.ts';

/** Held by whoever compares a sum with its limit, until what it set aside can be seen by the next. */
const SPENDING_LOCK = 0x73_70_65_6e;

export interface SpendingSpan {
  readonly runId: string;
  readonly nowMs: EpochMs;
  /** Where the UTC day began. */
  readonly dayFromMs: EpochMs;
}

export function createSpendingRepository(database: Database) {
  const { orm } = database;

  return defineRepository(database, {
    committed: (span: SpendingSpan): Promise<Committed> => committedIn(orm, span),

    /** What is spent or set aside in the UTC day; of it, what calls were taken to cost whose price nobody told. */
    async ofDay(
      span: Pick<SpendingSpan, 'nowMs' | 'dayFromMs'>,
    ): Promise<{ readonly dayUsd: number; readonly untoldUsd: number }> {
      const [{ dayUsd }, [row]] = await Promise.all([
        committedIn(orm, { ...span, runId: '' }),
        orm
          .select({ usd: sum(spendingReservations.usd) })
          .from(spendingReservations)
          .where(eq(spendingReservations.untilMs, span.dayFromMs + DAY_MS)),
      ]);
      return { dayUsd, untoldUsd: Number(row?.usd ?? 0) };
    },

    /** Sets an amount aside, for all processes one after the other. Null, or the limit that stood in its way. */
    reserve: (
      asked: SpendingSpan & {
        readonly reservationId: string;
        readonly usd: number;
        readonly limits: SpendingLimits;
        /** When it is free again should nobody settle it. */
        readonly untilMs: EpochMs;
      },
    ): Promise<Shortfall | null> =>
      orm.transaction(async (transaction) => {
        const { reservationId, runId, usd, untilMs, nowMs, limits } = asked;
        // A statement of its own: the sums must be read in a snapshot from after the wait.
        await transaction.execute(
          sql`select ${sql.raw(NO_DISK_WAIT)}, pg_advisory_xact_lock(${SPENDING_LOCK})`,
        );
        const refused = shortfallOf(await committedIn(transaction, asked), usd, limits);
        if (refused !== null) return refused;
        await transaction
          .insert(spendingReservations)
          .values({ reservationId, runId, usd, createdAtMs: nowMs, untilMs });
        return null;
      }),

    /** Gives back all of it, or all but `takenUsd`, which counts until `takenUntilMs`. */
    async settle(reservationId: string, takenUsd: number, takenUntilMs: EpochMs): Promise<void> {
      const one = eq(spendingReservations.reservationId, reservationId);
      if (takenUsd === 0) await orm.delete(spendingReservations).where(one);
      else await orm.update(spendingReservations).set({ usd: takenUsd, untilMs: takenUntilMs }).where(one);
    },

    async prune(endedBeforeMs: EpochMs): Promise<void> {
      await orm.delete(spendingReservations).where(lt(spendingReservations.untilMs, endedBeforeMs));
    },
  });
}

export type SpendingRepository = ReturnType<typeof createSpendingRepository>;

/**
 * One statement, so one snapshot: a call's row is committed before its reservation is given back, and so each is seen as
 * one or as both, never as neither.
 */
async function committedIn(orm: Queryable, { runId, nowMs, dayFromMs }: SpendingSpan): Promise<Committed> {
  const live = sql`from ${spendingReservations} where ${spendingReservations.untilMs} > ${nowMs}`;
  const [row] = await orm.execute<{ day: number; cycle: number }>(sql`
    select
      (select coalesce(sum(${llmCalls.costUsd}), 0) from ${llmCalls} where ${llmCalls.startedAtMs} >= ${dayFromMs})
        + (select coalesce(sum(${spendingReservations.usd}), 0) ${live}) as day,
      (select coalesce(sum(${llmCalls.costUsd}), 0) from ${llmCalls} where ${llmCalls.runId} = ${runId})
        + (select coalesce(sum(${spendingReservations.usd}), 0) ${live}
            and ${spendingReservations.runId} = ${runId}) as cycle`);
  return { dayUsd: Number(row?.day ?? Number.NaN), cycleUsd: Number(row?.cycle ?? Number.NaN) };
}
