import type { PgDatabase } from 'drizzle-orm/pg-core';
import { drizzle, type PostgresJsDatabase, type PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js';
import postgres, { type Notice, type Sql } from 'postgres';
import { databaseError } from './database-error.ts';
import { preparedClient } from './prepared-client.ts';
import { openSteadySocket, type SocketAddress } from './steady-socket.ts';

type NoSchema = Record<string, never>;

/** A pool of connections to one Postgres, as Drizzle and as tagged SQL. */
export interface Database {
  readonly orm: PostgresJsDatabase<NoSchema>;
  readonly sql: Sql;
  /**
   * For lists that people filter and search as they like: few connections of its own, so that none of them keeps a desk
   * waiting, each statement planned for its own values and ended after `READING_LIMIT_MS`.
   */
  readonly reader: Queryable;
  readonly url: string;
  /** @throws AppError `database_unavailable` */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The pool or a transaction on it. */
export type Queryable = PgDatabase<PostgresJsQueryResultHKT, NoSchema>;

export interface OpenDatabaseOptions {
  readonly url: string;
  readonly maxConnections?: number;
  readonly connectTimeoutMs?: number;
  readonly onNotice?: (notice: Notice) => void;
}

export const READING_LIMIT_MS = 2_000;
const READER_CONNECTIONS = 4;

/** @throws AppError `database_unavailable` naming host and port, never the password */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const sql = connect(options);
  const readerSql = connect({ ...options, maxConnections: READER_CONNECTIONS }, READER_SETTINGS);
  const database: Database = {
    orm: drizzle({ client: preparedClient(sql), casing: 'snake_case' }),
    sql,
    reader: drizzle({ client: preparedClient(readerSql), casing: 'snake_case' }),
    url: options.url,
    async ping() {
      try {
        await sql`select 1`;
      } catch (thrown) {
        throw databaseError(thrown, options.url);
      }
    },
    async close() {
      await Promise.all([sql.end({ timeout: 5 }), readerSql.end({ timeout: 5 })]);
    },
  };
  try {
    await database.ping();
    return database;
  } catch (thrown) {
    await Promise.all([sql.end({ timeout: 0 }), readerSql.end({ timeout: 0 })]);
    throw thrown;
  }
}

/** An option that the driver's types leave out. */
const steadySockets = { socket: (address: SocketAddress) => openSteadySocket(address) } as object;

/** What suits a word that is in every run is wrong for one in three of them, so no plan is kept for the next value. */
const READER_SETTINGS = {
  statement_timeout: READING_LIMIT_MS,
  plan_cache_mode: 'force_custom_plan',
  // Under a limit the planner would rather read a whole table for a word than an index: it knows nothing of words.
  enable_seqscan: 'off',
  jit: 'off',
  work_mem: '16MB',
} as const;

function connect(
  options: OpenDatabaseOptions,
  settings: Readonly<Record<string, string | number>> = {},
): Sql {
  try {
    return postgres(options.url, {
      max: options.maxConnections ?? 10,
      connect_timeout: (options.connectTimeoutMs ?? 10_000) / 1_000,
      connection: { application_name: 'vigil', ...settings },
      onnotice: options.onNotice ?? (() => {}),
      // Only the driver itself knows how to go from one of several hosts to the next.
      ...(options.url.includes(',') ? {} : steadySockets),
    });
  } catch (thrown) {
    throw databaseError(thrown, options.url);
  }
}
