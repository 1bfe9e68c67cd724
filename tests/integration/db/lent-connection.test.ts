import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readConfig } from '#server/config.ts';
import { type OpenedDatabase, openVigilDatabase } from '#server/open-database.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { PATIENT } from '#tests/support/patience.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
let opened: OpenedDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  opened = await openVigilDatabase(readConfig({ DATABASE_URL: test.url }), SILENT_LOGGER);
});
afterAll(async () => {
  await opened.close();
  await test.drop();
});

// Without a listener the error of the broken connection is an uncaught exception, which fails this file.
it.each(['queuePool', 'checkpointPool'] as const)(
  'a connection of the %s that breaks while it is lent and idle ends nothing but itself',
  async (name) => {
    const client = await opened[name].connect();
    const ended = vi.fn();
    client.once('end', ended);
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    await test.database.sql`select pg_terminate_backend(${rows[0]?.pid ?? 0})`;
    await vi.waitFor(() => expect(ended).toHaveBeenCalled(), PATIENT);
    await expect(client.query('select 1')).rejects.toThrow();
    client.release(true);
    expect((await opened[name].query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  },
);
