import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { AppError } from '#domain/errors.ts';
import type { Database } from './client.ts';
import { databaseError } from './database-error.ts';

/** Any number that nothing else in the database locks. */
const MIGRATION_LOCK = 0x76_69_67_69;

/**
 * Brings the schema up to date. Two processes that start together take turns: the lock belongs to a connection of
 * its own, so it ends with the process whatever happens.
 */
export async function migrateDatabase(
  database: Database,
  options: { readonly migrationsFolder?: string } = {},
): Promise<void> {
  const migrationsFolder = options.migrationsFolder ?? defaultMigrationsFolder();
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  try {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await migrate(drizzle({ client: sql }), { migrationsFolder });
  } catch (thrown) {
    throw databaseError(thrown, database.url);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** `db/migrations` of the repository this code, or the bundle made of it, lies in. */
function defaultMigrationsFolder(): string {
  let folder = import.meta.dirname;
  while (!isRepositoryRoot(folder)) {
    const parent = path.dirname(folder);
    if (parent === folder)
      throw new AppError(
        'config_invalid',
        `no folder above ${import.meta.dirname} holds Vigil's package.json`,
      );
    folder = parent;
  }
  return path.join(folder, 'db', 'migrations');
}

function isRepositoryRoot(folder: string): boolean {
  const file = path.join(folder, 'package.json');
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'vigil';
}
