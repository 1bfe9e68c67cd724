import { sql } from 'drizzle-orm';
import { afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { type Database, openDatabase } from '#db/client.ts';
import { PATIENT } from '#tests/support/patience.ts';
import { onServer } from '#tests/support/postgres-setup.ts';
import { openGate, type TcpGate } from '#tests/support/tcp-gate.ts';

const CLOSED = expect.objectContaining({ code: 'CONNECTION_CLOSED' });

let serverUrl: string;
let gate: TcpGate;
let database: Database;

beforeAll(() => {
  serverUrl = inject('postgres').serverUrl;
});
beforeEach(async () => {
  gate = await openGate(serverUrl, 5432);
  database = await openDatabase({ url: gate.url, maxConnections: 2 });
});
afterEach(async () => {
  // Without the wait for answers that will not come.
  await database.sql.end({ timeout: 0 });
  await gate.close();
});

/** More statements at once than there are connections, so that each of them has to work. */
async function expectWhole(): Promise<void> {
  await vi.waitFor(() => database.ping(), PATIENT);
  const answers = await Promise.all(
    [1, 2, 3, 4].map((n) => database.orm.transaction((inner) => inner.execute(sql`select ${n}::int as n`))),
  );
  expect(answers.map(([row]) => row?.n)).toEqual([1, 2, 3, 4]);
}

describe('a transaction whose connection breaks', () => {
  it('fails when that happens between two of its statements, and the pool is whole again', async () => {
    const broken = database.orm.transaction(async (transaction) => {
      await transaction.execute(sql`select 1`);
      gate.cut();
      await new Promise((resolve) => setTimeout(resolve, 50));
      await transaction.execute(sql`select 2`);
    });
    await expect(broken).rejects.toEqual(CLOSED);
    gate.mend();
    await expectWhole();
  });

  it('fails when that happens under a statement', async () => {
    const broken = database.orm.transaction(async (transaction) => {
      const [row] = await transaction.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      await Promise.all([
        transaction.execute(sql`select pg_sleep(600)`),
        onServer(serverUrl, ({ sql: other }) => other`select pg_terminate_backend(${row?.pid ?? 0})`),
      ]);
    });
    await expect(broken).rejects.toThrow();
    // The driver (postgres 3.4.9) keeps the server's farewell and answers the next query of that place with it, unsent.
    await vi.waitFor(expectWhole, PATIENT);
  });

  it('fails at once when the server vanishes under a statement', { timeout: 40_000 }, async () => {
    const broken = database.orm.transaction((transaction) =>
      transaction.execute(sql`select pg_sleep(${600}::int)`),
    );
    const failed = expect(broken).rejects.toThrow();
    await vi.waitFor(
      () =>
        onServer(serverUrl, async ({ sql: other }) => {
          const asked = await other`
          select 1 from pg_stat_activity where state = 'active' and query like '%sleep($1::int)' and pid <> pg_backend_pid()`;
          expect(asked).toHaveLength(1);
        }),
      PATIENT,
    );
    gate.cut();
    await failed;
    gate.mend();
    await expectWhole();
  });

  it('fails when that happens before its commit', async () => {
    const broken = database.orm.transaction(async (transaction) => {
      await transaction.execute(sql`select 1`);
      gate.cut();
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
    await expect(broken).rejects.toEqual(CLOSED);
    gate.mend();
    await expectWhole();
  });
});

describe('a pool whose connections break', () => {
  it('fails what was asked, and works once the server is back', async () => {
    const endless = database.sql`select pg_sleep(600)`.execute();
    await vi.waitFor(async () => {
      const [row] =
        await database.sql`select count(*)::int as n from pg_stat_activity where query like '%pg_sleep(600)%' and pid <> pg_backend_pid()`;
      expect(row?.n).toBeGreaterThan(0);
    }, PATIENT);
    gate.cut();
    await expect(endless).rejects.toThrow();
    await expect(database.ping()).rejects.toMatchObject({ code: 'database_unavailable' });
    gate.mend();
    await vi.waitFor(() => database.ping(), PATIENT);
  });
});
