/** One Postgres for all files of a project in a vitest run, with a migrated database that every test database is copied from. */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Database, openDatabase } from '#db/client.ts';
import { startEmbeddedPostgres } from '#db/embedded/start.ts';
import { migrateDatabase } from '#db/migrate.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: { readonly serverUrl: string; readonly template: string };
  }
}

/** Nothing in a test run survives a crash, so nothing waits for the disk. */
const SETTINGS = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off', 'max_connections=300'];

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await serverForTests();
  const template = `vigil_template_${process.pid}_${randomUUID().slice(0, 8)}`;
  await onServer(server.url, async ({ sql }) => {
    await sql.unsafe(`drop database if exists ${template}`);
    await sql.unsafe(`create database ${template}`);
  });
  const database = await openDatabase({ url: withDatabase(server.url, template), maxConnections: 1 });
  await migrateDatabase(database);
  await database.close();
  project.provide('postgres', { serverUrl: server.url, template });
  return async () => {
    await onServer(server.url, ({ sql }) => sql.unsafe(`drop database if exists ${template} with (force)`));
    await server.stop();
  };
}

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

export async function onServer<Result>(
  url: string,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase({ url, maxConnections: 1 });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

async function serverForTests(): Promise<{ url: string; stop: () => Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) return { url: given, stop: async () => {} };
  const dataDir = mkdtempSync(path.join(tmpdir(), 'vigil-test-postgres-'));
  // Postgres runs as another user when the tests run as root.
  chmodSync(dataDir, 0o755);
  const server = await startEmbeddedPostgres({ dataDir, settings: SETTINGS });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
