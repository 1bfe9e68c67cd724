/**
 * Learned weights of strategies' votes and which of them is promoted. A version is stored, and a person moves the desks to
 * it; each of both leaves its audit row in its own transaction, and a move wakes every desk that listens.
 */
import { desc, eq, max, sql as statement } from 'drizzle-orm';
import { AppError } from '#domain/errors.ts';
import type { RegimeWeights, WeightsFacts } from '#domain/strategy-weights.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database, Queryable } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { strategyWeightPromotions, strategyWeights } from '../schema/strategy-weights.ts';
import { writeAudit } from './audit.ts';

const PROMOTION_CHANNEL = 'vigil_strategy_weights';
const VERSION_LOCK = 0x77_67_68_74;

export interface NewWeights {
  readonly hash: string;
  readonly cells: RegimeWeights['cells'];
  readonly facts: WeightsFacts;
}

export interface WeightsOrigin {
  readonly actor: string;
  readonly atMs: EpochMs;
}

export type StoredWeights = typeof strategyWeights.$inferSelect;
export type WeightsPromotion = typeof strategyWeightPromotions.$inferSelect;

/** From where to where the desks went; null is even weights. */
export interface WeightsMove {
  readonly from: number | null;
  readonly to: number | null;
}

export function createStrategyWeightsRepository(database: Database) {
  const { sql, orm } = database;

  return defineRepository(database, {
    /** Stores weights as the next version. What is stored already keeps its version. */
    save: (
      weights: NewWeights,
      { actor, atMs }: WeightsOrigin,
    ): Promise<{ readonly version: number; readonly isNew: boolean }> =>
      orm.transaction(async (transaction) => {
        await lockVersions(transaction);
        const [known] = await transaction
          .select({ version: strategyWeights.version })
          .from(strategyWeights)
          .where(eq(strategyWeights.hash, weights.hash));
        if (known !== undefined) return { ...known, isNew: false };
        const [newest] = await transaction
          .select({ version: max(strategyWeights.version) })
          .from(strategyWeights);
        const version = (newest?.version ?? 0) + 1;
        await transaction.insert(strategyWeights).values({ ...weights, version, createdAtMs: atMs });
        const { timeframe, markets, learnedFromMs, learnedToMs, seed } = weights.facts;
        await writeAudit(transaction, {
          ...{ actor, action: 'weights.learn', subject: `weights:${version}` },
          details: {
            ...{ hash: weights.hash, timeframe, learnedFromMs, learnedToMs, seed },
            markets: markets.map(({ venue, symbol }) => `${venue} ${symbol}`),
          },
        });
        return { version, isNew: true };
      }),

    /** Newest first. */
    list: (): Promise<StoredWeights[]> =>
      orm.select().from(strategyWeights).orderBy(desc(strategyWeights.version)),

    /** Null for a version there is not. */
    async get(version: number): Promise<StoredWeights | null> {
      const [row] = await orm.select().from(strategyWeights).where(eq(strategyWeights.version, version));
      return row ?? null;
    },

    /** What desks weigh by; null where that is even weights. */
    async promoted(): Promise<StoredWeights | null> {
      const version = await promotedVersion(orm);
      if (version === null) return null;
      const [row] = await orm.select().from(strategyWeights).where(eq(strategyWeights.version, version));
      return row ?? null;
    },

    promotedVersion: (): Promise<number | null> => promotedVersion(orm),

    /** Newest first. */
    promotions: (limit: number): Promise<WeightsPromotion[]> =>
      orm
        .select()
        .from(strategyWeightPromotions)
        .orderBy(desc(strategyWeightPromotions.promotionId))
        .limit(limit),

    /** Null goes back to even weights. @throws AppError `not_found`, and `conflict` for what is promoted already */
    promote: (
      version: number | null,
      { actor, reason, atMs }: WeightsOrigin & { readonly reason: string },
    ): Promise<WeightsMove> =>
      orm.transaction(async (transaction) => {
        await lockVersions(transaction);
        const [newest] = await transaction
          .select({ version: max(strategyWeights.version) })
          .from(strategyWeights);
        // Versions are numbered without gaps.
        if (version !== null && version > (newest?.version ?? 0))
          throw unknownWeights(version, newest?.version);
        const from = await promotedVersion(transaction);
        if (from === version) throw new AppError('conflict', `${nameOf(version)} are promoted already`);
        const move = { from, to: version };
        await transaction
          .insert(strategyWeightPromotions)
          .values({ fromVersion: from, toVersion: version, actor, reason, atMs });
        await writeAudit(transaction, {
          ...{ actor, action: 'weights.promote', subject: `weights:${version ?? 'even'}` },
          details: { ...move, reason },
        });
        await transaction.execute(
          statement`select pg_notify(${PROMOTION_CHANNEL}, ${String(version ?? '')})`,
        );
        return move;
      }),

    /** Calls after each promotion of any process; at once, and after a lost connection. */
    async subscribe(onChange: () => void): Promise<() => Promise<void>> {
      const { unlisten } = await sql.listen(PROMOTION_CHANNEL, onChange, onChange);
      return unlisten;
    },
  });
}

export type StrategyWeightsRepository = ReturnType<typeof createStrategyWeightsRepository>;

export function unknownWeights(version: number, newest: number | null | undefined): AppError {
  const there = newest == null ? 'none are stored yet: learn some first' : `the newest are ${newest}`;
  return new AppError('not_found', `there are no weights ${version}; ${there}`, { context: { version } });
}

function nameOf(version: number | null): string {
  return version === null ? 'even weights' : `weights ${version}`;
}

/** One at a time: versions are numbered without gaps, and two who promote come one after the other. */
async function lockVersions(transaction: Queryable): Promise<void> {
  await transaction.execute(statement`select pg_advisory_xact_lock(${VERSION_LOCK})`);
}

async function promotedVersion(orm: Queryable): Promise<number | null> {
  const [newest] = await orm
    .select({ toVersion: strategyWeightPromotions.toVersion })
    .from(strategyWeightPromotions)
    .orderBy(desc(strategyWeightPromotions.promotionId))
    .limit(1);
  return newest?.toVersion ?? null;
}
