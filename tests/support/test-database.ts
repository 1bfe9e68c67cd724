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

/**
 * Rows are deleted, not truncated: that makes four files for each table and its indexes, 15 times the work where few rows
 * were written. No trigger nor foreign key has a say; numbering starts anew.
 */
const EMPTY_ALL_TABLES = `do $$
  declare one regclass;
  begin
    set local session_replication_role = replica;
    for one in select oid from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' loop
      execute format('delete from %s', one);
    end loop;
    perform setval(seqrelid, seqstart, false) from pg_sequence
      join pg_class on pg_class.oid = seqrelid where relnamespace = 'public'::regnamespace;
  end $$`;

let databasesMade = 0;

/** A fresh migrated database of this test's own, on the server of the run. */
export async function createTestDatabase(options: { maxConnections?: number } = {}): Promise<TestDatabase> {
  const { serverUrl, template } = inject('postgres');
  databasesMade += 1;
  const name = `vigil_test_${process.pid}_${databasesMade}_${Math.random().toString(36).slice(2, 8)}`;
  await onServer(serverUrl, ({ sql }) =>
    sql.unsafe(`create database ${name} template ${template} strategy file_copy`),
  );
  const url = withDatabase(serverUrl, name);
  const database = await openDatabase({ url, maxConnections: options.maxConnections ?? 5 });
  return {
    database,
    url,
    async clear() {
      await database.sql.unsafe(EMPTY_ALL_TABLES);
    },
    async drop() {
      await database.close();
      await onServer(serverUrl, ({ sql }) => sql.unsafe(`drop database if exists ${name} with (force)`));
    },
  };
}
