/**
 * Where a replay's clock stands, shared by all processes and kept over restarts.
 *
 * The rule: market time now is `marketMs + (wall now - wallMs) × speed` of the stored anchor. Every process that
 * runs the market touches the clock with the last market time it saw. Whoever starts to run it joins: while somebody
 * touched it less than `staleAfterMs` of wall time ago, the anchor stands and is shared, its speed too; else nobody was
 * there, the market stood still meanwhile, and a new anchor goes on from the last market time touched. The clock never
 * goes back.
 */
import { eq, sql } from 'drizzle-orm';
import type { EpochMs } from '#domain/time.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { marketClock } from '../schema/market.ts';

export interface ClockAnchor {
  readonly wallMs: EpochMs;
  readonly marketMs: EpochMs;
  /** Market seconds for one wall second. */
  readonly speed: number;
}

export interface StoredClock extends ClockAnchor {
  readonly touchedWallMs: EpochMs;
  readonly touchedMarketMs: EpochMs;
}

export interface JoinClock {
  readonly wallMs: EpochMs;
  readonly speed: number;
  /** Where the market begins when the clock has never run. */
  readonly startMarketMs: EpochMs;
  readonly staleAfterMs: number;
  /** The last touch seen a while ago: when it is still the last, nobody runs the market, however young it is. */
  readonly untouchedSinceMs?: EpochMs;
}

export type JoinedClock = Omit<StoredClock, 'touchedMarketMs'>;

export function createMarketClockRepository(database: Database) {
  const { orm } = database;

  const withoutKey = ({ key: _key, ...clock }: typeof marketClock.$inferSelect): StoredClock => clock;

  async function anchor(key: string, to: ClockAnchor, on: Pick<typeof orm, 'insert'> = orm): Promise<void> {
    const row = { ...to, touchedWallMs: to.wallMs, touchedMarketMs: to.marketMs };
    await on
      .insert(marketClock)
      .values({ key, ...row })
      .onConflictDoUpdate({ target: marketClock.key, set: row });
  }

  return defineRepository(database, {
    async read(key: string): Promise<StoredClock | null> {
      const [row] = await orm.select().from(marketClock).where(eq(marketClock.key, key));
      return row === undefined ? null : withoutKey(row);
    },

    /** By the keys of their markets. */
    async all(): Promise<ReadonlyMap<string, StoredClock>> {
      return new Map((await orm.select().from(marketClock)).map((row) => [row.key, withoutKey(row)]));
    },

    /** Sets the clock, whatever it showed. */
    anchor: (key: string, to: ClockAnchor): Promise<void> => anchor(key, to),

    /** Says how far the market has come. An older time than the one stored changes nothing. */
    async touch(key: string, wallMs: EpochMs, marketMs: EpochMs): Promise<void> {
      await orm
        .update(marketClock)
        .set({
          touchedWallMs: sql`greatest(${marketClock.touchedWallMs}, ${wallMs})`,
          touchedMarketMs: sql`greatest(${marketClock.touchedMarketMs}, ${marketMs})`,
        })
        .where(eq(marketClock.key, key));
    },

    /** Gives the anchor to go by, by the rule above; of several processes that start together one sets it. */
    join: (key: string, how: JoinClock): Promise<JoinedClock> =>
      orm.transaction(async (transaction) => {
        await transaction.execute(
          sql`select pg_advisory_xact_lock(hashtextextended(${`market_clock:${key}`}, 0))`,
        );
        const [stored] = await transaction.select().from(marketClock).where(eq(marketClock.key, key));
        const isShared =
          stored !== undefined &&
          stored.touchedWallMs !== how.untouchedSinceMs &&
          Math.abs(how.wallMs - stored.touchedWallMs) < how.staleAfterMs;
        if (isShared) {
          const { wallMs, marketMs, speed, touchedWallMs } = stored;
          return { wallMs, marketMs, speed, touchedWallMs };
        }
        const next: ClockAnchor = {
          wallMs: how.wallMs,
          marketMs: stored?.touchedMarketMs ?? how.startMarketMs,
          speed: how.speed,
        };
        await anchor(key, next, transaction);
        return { ...next, touchedWallMs: how.wallMs };
      }),
  });
}
