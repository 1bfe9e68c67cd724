/**
 * How often log-ins have failed, for all processes and over restarts. An attempt is counted before it is looked at and
 * taken back when it was right, so that a thousand guesses at once are a thousand attempts and not one.
 */
import { inArray, lt, sql } from 'drizzle-orm';
import { DAY_MS, type EpochMs } from '#domain/time.ts';
import type { Database, Queryable } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { logInAttempts } from '../schema/access.ts';
import { writeAudit } from './audit.ts';

/** Where attempts are counted, and what is allowed there. */
export interface AttemptPlace {
  readonly place: string;
  /** Failures before the first wait. */
  readonly free: number;
  /** The longest wait. */
  readonly maxLockMs: number;
}

const LOG_IN_LOCK = 0x6c_6f_67_69;
const FIRST_LOCK_MS = 1_000;
const FORGOTTEN_AFTER_MS = DAY_MS;

/** 0 while failures are free, then 1 s, 2 s, 4 s … */
export function lockMs(failures: number, { free, maxLockMs }: Omit<AttemptPlace, 'place'>): number {
  return failures <= free ? 0 : Math.min(maxLockMs, FIRST_LOCK_MS * 2 ** Math.min(40, failures - free - 1));
}

export function createLogInAttempts(database: Database) {
  const { orm } = database;

  return defineRepository(database, {
    /** 0: go on, the attempt is counted at every place. Else nothing is counted, and this is how long to wait. */
    claim: (places: readonly AttemptPlace[], atMs: EpochMs): Promise<number> =>
      orm.transaction(async (transaction) => {
        await transaction.execute(sql`select pg_advisory_xact_lock(${LOG_IN_LOCK})`);
        const rows = await rowsAt(transaction, places);
        const waitMs = Math.max(0, ...rows.map(({ lockedUntilMs }) => lockedUntilMs - atMs));
        if (waitMs > 0) return waitMs;
        for (const place of places) {
          const known = rows.find(
            (row) => row.place === place.place && row.lastAtMs > atMs - FORGOTTEN_AFTER_MS,
          );
          const failures = (known?.failures ?? 0) + 1;
          const counted = { failures, lastAtMs: atMs, lockedUntilMs: atMs + lockMs(failures, place) };
          await transaction
            .insert(logInAttempts)
            .values({ place: place.place, ...counted })
            .onConflictDoUpdate({ target: logInAttempts.place, set: counted });
        }
        return 0;
      }),

    /** Takes a counted attempt back. The first place forgets all its failures, the others this one. */
    succeeded: (places: readonly AttemptPlace[]): Promise<void> =>
      orm.transaction(async (transaction) => {
        const [own, ...shared] = places.map(({ place }) => place);
        if (own !== undefined)
          await transaction.delete(logInAttempts).where(inArray(logInAttempts.place, [own]));
        if (shared.length > 0)
          await transaction
            .update(logInAttempts)
            .set({ failures: sql`greatest(${logInAttempts.failures} - 1, 0)`, lockedUntilMs: 0 })
            .where(inArray(logInAttempts.place, shared));
      }),

    /** Tells the audit log of a failure that begins a wait; those before it are common slips. */
    failed: (places: readonly AttemptPlace[], details: Readonly<Record<string, unknown>>): Promise<void> =>
      orm.transaction(async (transaction) => {
        const locked = (await rowsAt(transaction, places)).filter((row) => row.lockedUntilMs > row.lastAtMs);
        const entries = locked.map(({ place, failures, lastAtMs, lockedUntilMs }) => ({
          ...{ actor: 'nobody', action: 'session.refused', subject: `log-in:${place}` },
          details: { ...details, failures, lockedForMs: lockedUntilMs - lastAtMs },
        }));
        await writeAudit(transaction, ...entries);
      }),

    async prune(nowMs: EpochMs): Promise<void> {
      await orm.delete(logInAttempts).where(lt(logInAttempts.lastAtMs, nowMs - FORGOTTEN_AFTER_MS));
    },
  });
}

export type LogInAttempts = ReturnType<typeof createLogInAttempts>;

function rowsAt(transaction: Queryable, places: readonly AttemptPlace[]) {
  return transaction
    .select()
    .from(logInAttempts)
    .where(
      inArray(
        logInAttempts.place,
        places.map(({ place }) => place),
      ),
    );
}
