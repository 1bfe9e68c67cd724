import { and, eq, isNull, lt } from 'drizzle-orm';
import type { EpochMs } from '#domain/time.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { idempotencyKeys } from '../schema/desk.ts';

export type IdempotencyClaim =
  | { readonly state: 'new' }
  | { readonly state: 'done'; readonly status: number; readonly body: unknown }
  | { readonly state: 'mismatch' }
  /** The key is given out again after this long, should the process that answers have died. */
  | { readonly state: 'running'; readonly freeInMs: number };

export function createIdempotencyRepository(
  database: Database,
  options: { readonly abandonedAfterMs?: number } = {},
) {
  const { orm } = database;
  const abandonedAfterMs = options.abandonedAfterMs ?? 120_000;

  return defineRepository(database, {
    /** `new` means the caller answers and completes. A claim its process never completed is given out again in time. */
    async claim(key: string, requestHash: string, atMs: EpochMs): Promise<IdempotencyClaim> {
      const claimed = await orm
        .insert(idempotencyKeys)
        .values({ key, requestHash, claimedAtMs: atMs })
        .onConflictDoUpdate({
          target: idempotencyKeys.key,
          set: { claimedAtMs: atMs },
          setWhere: and(
            eq(idempotencyKeys.requestHash, requestHash),
            isNull(idempotencyKeys.status),
            lt(idempotencyKeys.claimedAtMs, atMs - abandonedAfterMs),
          ),
        })
        .returning({ key: idempotencyKeys.key });
      if (claimed.length === 1) return { state: 'new' };
      const [row] = await orm.select().from(idempotencyKeys).where(eq(idempotencyKeys.key, key));
      if (row === undefined) return { state: 'running', freeInMs: 0 };
      if (row.requestHash !== requestHash) return { state: 'mismatch' };
      return row.status === null
        ? { state: 'running', freeInMs: Math.max(0, row.claimedAtMs + abandonedAfterMs - atMs) }
        : { state: 'done', status: row.status, body: row.body };
    },

    async complete(key: string, status: number, body: unknown): Promise<void> {
      await orm.update(idempotencyKeys).set({ status, body }).where(eq(idempotencyKeys.key, key));
    },

    /** Gives a claim back, so that a request that failed may be tried again. */
    async release(key: string): Promise<void> {
      await orm
        .delete(idempotencyKeys)
        .where(and(eq(idempotencyKeys.key, key), isNull(idempotencyKeys.status)));
    },

    /** Forgets keys claimed before `beforeMs`. */
    async prune(beforeMs: EpochMs): Promise<void> {
      await orm.delete(idempotencyKeys).where(lt(idempotencyKeys.claimedAtMs, beforeMs));
    },
  });
}

export type IdempotencyRepository = ReturnType<typeof createIdempotencyRepository>;
