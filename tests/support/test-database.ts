import { inject } from 'vitest';
import { type Database, openDatabase } from '#db/client.ts';
import { onServer, withDatabase } from './postgres-setup.ts';

export interface TestDatabase {
  readonly database: Database;
  readonly url: string;
  /** Empties every table: 20 times cheaper than another database. */
  clear(): Promise<void>;
  drop(): Promise<void>;
}

let databasesMade = 0;

/** A fresh migrated database of this test's own, on the server of the run. */
export async function createTestDatabase(options: { maxConnections?: number } = {}): Promise<TestDatabase> {
  const { serverUrl, template } = inject('postgres');
  databasesMade += 1;
  const name = `vigil_test_${process.pid}_${databasesMade}_${Math.random().toString(36).slice(2, 8)}`;
  await onServer(serverUrl, ({ sql }) => sql.unsafe(`create database ${name} template ${template}`));
  const url = withDatabase(serverUrl, name);
  const database = await openDatabase({ url, maxConnections: options.maxConnections ?? 5 });
  return {
    database,
    url,
    async clear() {
      const tables = await database.sql`select tablename from pg_tables where schemaname = 'public'`;
      const names = tables.map((table) => `"${table.tablename}"`).join(', ');
      await database.sql.unsafe(`truncate ${names} restart identity cascade`);
    },
    async drop() {
      await database.close();
      await onServer(serverUrl, ({ sql }) => sql.unsafe(`drop database if exists ${name} with (force)`));
    },
  };
}
