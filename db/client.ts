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

/** @throws AppError `database_unavailable` naming host and port, never the password */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const sql = connect(options);
  const database: Database = {
    orm: drizzle({ client: preparedClient(sql), casing: 'snake_case' }),
    sql,
    url: options.url,
    async ping() {
      try {
        await sql`select 1`;
      } catch (thrown) {
        throw databaseError(thrown, options.url);
      }
    },
    async close() {
      await sql.end({ timeout: 5 });
    },
  };
  try {
    await database.ping();
    return database;
  } catch (thrown) {
    await sql.end({ timeout: 0 });
    throw thrown;
  }
}

/** An option that the driver's types leave out. */
const steadySockets = { socket: (address: SocketAddress) => openSteadySocket(address) } as object;

function connect(options: OpenDatabaseOptions): Sql {
  try {
    return postgres(options.url, {
      max: options.maxConnections ?? 10,
      connect_timeout: (options.connectTimeoutMs ?? 10_000) / 1_000,
      connection: { application_name: 'vigil' },
      onnotice: options.onNotice ?? (() => {}),
      // Only the driver itself knows how to go from one of several hosts to the next.
      ...(options.url.includes(',') ? {} : steadySockets),
    });
  } catch (thrown) {
    throw databaseError(thrown, options.url);
  }
}
