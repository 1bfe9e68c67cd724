import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openDatabase } from '#db/client.ts';
import { migrateDatabase } from '#db/migrate.ts';
import { createRunRepository } from '#db/repositories/runs.ts';
import { newRun } from '#tests/support/database-rows.ts';
import { onServer, withDatabase } from '#tests/support/postgres-setup.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

/** A port that was free a moment ago. */
async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('opening a database', () => {
  it('names host and port but never the password when nobody answers', async () => {
    const port = await unusedPort();
    const failure = await openDatabase({ url: `postgres://me:secret@127.0.0.1:${port}/desk` }).catch(
      (error) => error,
    );
    expect(failure).toMatchObject({ code: 'database_unavailable' });
    expect(failure.message).toContain(`127.0.0.1:${port}/desk`);
    expect(failure.message).toContain('DATABASE_URL');
    expect(`${failure.message}${JSON.stringify(failure.context)}`).not.toContain('secret');
  });

  it.each([
    ['a wrong password', (url: URL) => Object.assign(url, { password: 'wrong' })],
    ['a database that is not there', (url: URL) => Object.assign(url, { pathname: '/no_such_database' })],
  ])('is database_unavailable for %s', async (_what, change) => {
    const url = change(new URL(test.url)).href;
    await expect(openDatabase({ url })).rejects.toMatchObject({ code: 'database_unavailable' });
  });

  it('is database_unavailable for a URL that is none', async () => {
    await expect(openDatabase({ url: 'not a url' })).rejects.toMatchObject({ code: 'database_unavailable' });
  });

  it('tells of a server that goes away in the words of a repository', async () => {
    const { database, drop } = await createTestDatabase({ maxConnections: 1 });
    await database.close();
    await expect(createRunRepository(database).start(newRun())).rejects.toMatchObject({
      code: 'database_unavailable',
    });
    await drop();
  });
});

describe('migrating', () => {
  it('is done once by several processes that start together on an empty database', async () => {
    const { serverUrl } = inject('postgres');
    const name = `vigil_empty_${process.pid}`;
    await onServer(serverUrl, ({ sql }) => sql.unsafe(`create database ${name}`));
    const url = withDatabase(serverUrl, name);
    const databases = await Promise.all([1, 2, 3].map(() => openDatabase({ url, maxConnections: 1 })));
    await Promise.all(databases.map((database) => migrateDatabase(database)));
    const applied = await databases[0]!.sql`select count(*)::int as count from drizzle.__drizzle_migrations`;
    const migrations = readdirSync('db/migrations').filter((file) => file.endsWith('.sql'));
    expect(applied[0]?.count).toBe(migrations.length);
    await Promise.all(databases.map((database) => database.close()));
    await onServer(serverUrl, ({ sql }) => sql.unsafe(`drop database ${name} with (force)`));
  });
});
