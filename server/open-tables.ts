/** The tables alone, for a command that runs neither graph nor queue: both cost a second to load. */
import { join } from 'node:path';
import { type Database, openDatabase } from '#db/client.ts';
import { databaseError, hostAndPort } from '#db/database-error.ts';
import { startEmbeddedPostgres } from '#db/embedded/start.ts';
import { migrateDatabase } from '#db/migrate.ts';
import { neverStore } from '#db/stored-secrets.ts';
import { AppError, toAppError } from '#domain/errors.ts';
import { type Config, secretsOf } from './config.ts';
import type { Logger } from './telemetry/logger.ts';

export interface DatabaseServer {
  readonly url: string;
  readonly embedded: boolean;
  /** Leaves an embedded server, which ends with the last who uses it. */
  stop(): Promise<void>;
}

/** The embedded server, started unless it runs, or the one DATABASE_URL names. */
export async function openDatabaseServer(
  { databaseUrl, homeDir }: Pick<Config, 'databaseUrl' | 'homeDir'>,
  logger: Logger,
): Promise<DatabaseServer> {
  if (databaseUrl !== null) return { url: databaseUrl, embedded: false, stop: async () => {} };
  const { url, stop } = await startEmbeddedPostgres({
    dataDir: join(homeDir, 'postgres'),
    log: (line) => logger.debug({ line }, 'postgres'),
    warn: (line) => logger.warn({ line }, 'postgres'),
  });
  return { url, embedded: true, stop };
}

/** Opens the tables, brought up to date, for as long as the work takes. */
export async function withTables<Result>(
  config: Config,
  logger: Logger,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  neverStore(secretsOf(config));
  const server = await openDatabaseServer(config, logger);
  try {
    const database = await openDatabase({ url: server.url });
    try {
      await migrateDatabase(database).catch((thrown: unknown) => {
        throw migrationError(thrown, server.url);
      });
      return await work(database);
    } finally {
      await database.close();
    }
  } finally {
    await server.stop();
  }
}

export function migrationError(thrown: unknown, url: string): unknown {
  const known = databaseError(thrown, url);
  if (known instanceof AppError) return known;
  let reason = thrown;
  while (reason instanceof Error && reason.cause instanceof Error) reason = reason.cause;
  return new AppError(
    'database_unavailable',
    `the database at ${hostAndPort(url)} cannot be brought up to date (${toAppError(reason).message}): its user must be allowed to create schemas and tables`,
    { cause: thrown },
  );
}
