/** The one Postgres: embedded in the data folder, or the one DATABASE_URL names; with every schema brought up to date. */
import { runMigrations } from 'bullmq';
import pg from 'pg';
import { type Database, openDatabase } from '#db/client.ts';
import { migrateDatabase } from '#db/migrate.ts';
import { neverStore } from '#db/stored-secrets.ts';
import { migrateCheckpoints } from '#graphs/graph-runner.ts';
import { type Config, secretsOf } from './config.ts';
import { type AdvisoryLocks, createAdvisoryLocks, LOCK_CONNECTION_OPTIONS } from './engine/advisory-locks.ts';
import { migrationError, openDatabaseServer } from './open-tables.ts';
import type { Logger } from './telemetry/logger.ts';

export interface OpenedDatabase {
  readonly database: Database;
  /** On connections of their own, so that a waiting lock never starves the work it waits for. */
  readonly locks: AdvisoryLocks;
  /** LangGraph's checkpoints. A lost power supply may cost the last of them, which repeats a node and nothing more. */
  readonly checkpointPool: pg.Pool;
  readonly queuePool: pg.Pool;
  readonly embedded: boolean;
  close(): Promise<void>;
}

export const QUEUE_SCHEMA = 'bullmq';
const ENGINE_MIGRATION_LOCK = 0x65_6e_67;

export async function openVigilDatabase(config: Config, logger: Logger): Promise<OpenedDatabase> {
  neverStore(secretsOf(config));
  const server = await openDatabaseServer(config, logger);
  try {
    const opened = await openPools(server.url, logger);
    return {
      ...opened,
      embedded: server.embedded,
      async close() {
        await opened.closePools();
        await server.stop();
      },
    };
  } catch (thrown) {
    await server.stop();
    throw thrown;
  }
}

async function openPools(url: string, logger: Logger) {
  const database = await openDatabase({ url, maxConnections: 16 });
  const lockPool = openPool(url, 8, LOCK_CONNECTION_OPTIONS, logger);
  const checkpointPool = openPool(url, 6, '-c synchronous_commit=off', logger);
  const queuePool = openPool(url, 12, `-c search_path=${QUEUE_SCHEMA}`, logger);
  async function closePools(): Promise<void> {
    await Promise.allSettled([checkpointPool.end(), queuePool.end(), lockPool.end()]);
    await database.close().catch((err: unknown) => logger.warn({ err }, 'database'));
  }
  try {
    await migrateDatabase(database);
    await migrateEngines(url, checkpointPool);
  } catch (thrown) {
    await closePools();
    throw migrationError(thrown, url);
  }
  return { database, locks: createAdvisoryLocks(lockPool, url), checkpointPool, queuePool, closePools };
}

/** The libraries' own schemas; their set-up races with itself, so it runs under a lock. */
async function migrateEngines(url: string, checkpointPool: pg.Pool): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [ENGINE_MIGRATION_LOCK]);
    await migrateCheckpoints(checkpointPool);
    await runMigrations(client, QUEUE_SCHEMA);
  } finally {
    await client.end();
  }
}

export function openPool(connectionString: string, max: number, options: string, logger: Logger): pg.Pool {
  const pool = new pg.Pool({ connectionString, max, options, keepAlive: true });
  // While the pool ends, the server may hang up first.
  pool.on('error', (err) => {
    if (!pool.ending) logger.warn({ err }, 'database connection lost');
  });
  // Of a lent client the pool hears nothing: without a listener its broken connection would end the process, while
  // with one the borrower's next query fails.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
