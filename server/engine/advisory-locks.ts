/**
 * Advisory locks of the database, each on a connection of its own: a lock goes with its connection when its process
 * dies. They are held over `pg`, since the other driver ends the process when a connection it had reserved breaks.
 */
import type { Pool, PoolClient } from 'pg';
import { databaseError, hostAndPort } from '#db/database-error.ts';
import { AppError, toAppError } from '#domain/errors.ts';

export interface AdvisoryLocks {
  /** Waits for its turn. @throws AppError `database_unavailable` */
  hold(key: string): Promise<HeldLock>;
  /** Null when somebody else holds it. @throws AppError `database_unavailable` */
  tryHold(key: string): Promise<HeldLock | null>;
}

export interface HeldLock {
  /** @throws AppError `database_unavailable` when the connection broke, and the lock with it */
  assertHeld(): Promise<void>;
  /** The same by what has reached this process so far, without asking. @throws AppError `database_unavailable` */
  assertUnbroken(): void;
  /** Never throws: a lock whose connection broke is free already. */
  release(): Promise<void>;
}

/** A process that vanished without a word loses its locks in about 15 s; the server's own patience is two hours. */
export const LOCK_CONNECTION_OPTIONS =
  '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3';

export function createAdvisoryLocks(pool: Pool, url: string): AdvisoryLocks {
  async function checkOut(): Promise<PoolClient> {
    const client = await pool.connect();
    client.on('error', leaveToNextQuery);
    return client;
  }

  /** Asks for the lock; a connection that broke is thrown away, and one without the lock goes back. */
  async function ask(text: string, key: string): Promise<HeldLock | null> {
    let client: PoolClient | null = null;
    try {
      client = await checkOut();
      const { rows } = await client.query<{ got: boolean }>(text, [key]);
      if (rows[0]?.got) return held(client, key);
      giveBack(client);
      return null;
    } catch (thrown) {
      client?.release(true);
      throw lockLost(thrown, url);
    }
  }

  function held(client: PoolClient, key: string): HeldLock {
    let brokenBy: unknown = null;
    const broke = (cause?: unknown) => {
      brokenBy ??= cause ?? new Error('the connection has ended');
    };
    client.on('error', broke).on('end', broke);
    return {
      assertUnbroken() {
        if (brokenBy !== null) throw lockLost(brokenBy, url);
      },
      async assertHeld() {
        await client.query('select 1').catch((thrown: unknown) => {
          throw lockLost(thrown, url);
        });
      },
      async release() {
        client.off('error', broke).off('end', broke);
        try {
          await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [key]);
          giveBack(client);
        } catch {
          client.release(true);
        }
      },
    };
  }

  return {
    async hold(key) {
      const lock = await ask('select true as got from pg_advisory_lock(hashtextextended($1, 0))', key);
      if (lock === null) throw new AppError('internal', `lock ${key} was neither given nor refused`);
      return lock;
    },
    tryHold: (key) => ask('select pg_try_advisory_lock(hashtextextended($1, 0)) as got', key),
  };
}

/** Without a listener the error of a connection that breaks between two queries would end the process. */
function leaveToNextQuery(): void {}

function giveBack(client: PoolClient): void {
  client.off('error', leaveToNextQuery);
  client.release();
}

function lockLost(thrown: unknown, url: string): AppError {
  const known = databaseError(thrown, url);
  if (known instanceof AppError) return known;
  return new AppError(
    'database_unavailable',
    `the connection to ${hostAndPort(url)} broke, and its lock with it: ${toAppError(thrown).message}`,
    { cause: thrown },
  );
}
