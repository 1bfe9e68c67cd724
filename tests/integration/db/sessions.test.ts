import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '#db/client.ts';
import { createAuditRepository } from '#db/repositories/audit.ts';
import { createLogInAttempts } from '#db/repositories/log-in-attempts.ts';
import { createSessionRepository, type SessionRow } from '#db/repositories/sessions.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  database = await openDatabase({ url: test.url });
});
beforeEach(() => database.sql`truncate sessions, log_in_attempts, audit_log`);
afterAll(async () => {
  await database?.close();
  await test?.drop();
});

function session(name: string, change: Partial<SessionRow> = {}): SessionRow {
  return {
    tokenSha256: `hash-${name}`,
    sessionId: `session_${name}`,
    ...{ scope: 'control', method: 'pin', credentialMark: 'mark', createdAtMs: 1_000, expiresAtMs: 5_000 },
    ...change,
  };
}

async function audited(): Promise<string[]> {
  const { items } = await createAuditRepository(database).list({ limit: 50 });
  return items.map(({ action, subject }) => `${action} ${subject}`).reverse();
}

describe('sessions', () => {
  it('are found by their token’s hash until they are over or ended, and leave audit rows', async () => {
    const sessions = createSessionRepository(database);
    await sessions.begin(session('a'), '203.0.113.7');
    expect(await sessions.byToken('hash-a', 4_999)).toEqual(session('a'));
    expect(await sessions.byToken('hash-a', 5_000)).toBeNull();
    await sessions.end('session_a');
    await sessions.end('session_a');
    expect(await sessions.byToken('hash-a', 2_000)).toBeNull();
    expect(await audited()).toEqual(['session.begin session:session_a', 'session.end session:session_a']);
  });

  it('end all at once', async () => {
    const sessions = createSessionRepository(database);
    for (const name of ['a', 'b', 'c']) await sessions.begin(session(name), 'local');
    expect(await sessions.endAll()).toBe(3);
    expect(await sessions.byToken('hash-b', 2_000)).toBeNull();
    expect((await audited()).at(-1)).toBe('session.end_all sessions');
  });

  it('are forgotten when they are over', async () => {
    const sessions = createSessionRepository(database);
    await sessions.begin(session('old'), 'local');
    await sessions.begin(session('new', { expiresAtMs: 9_000 }), 'local');
    await sessions.prune(5_000);
    const rows = await database.sql<{ session_id: string }[]>`select session_id from sessions`;
    expect(rows.map((row) => row.session_id)).toEqual(['session_new']);
  });
});

describe('log-in attempts', () => {
  const own = { place: 'address 203.0.113.7', free: 2, maxLockMs: 8_000 };
  const shared = { place: 'pin', free: 5, maxLockMs: 60_000 };

  it('wait twice as long after each failure beyond the free ones, up to the limit', async () => {
    const attempts = createLogInAttempts(database);
    const waits: number[] = [];
    let atMs = 100_000;
    for (let failure = 0; failure < 8; failure += 1) {
      expect(await attempts.claim([own], atMs)).toBe(0);
      const waitMs = failure < own.free ? 0 : await attempts.claim([own], atMs);
      waits.push(waitMs);
      atMs += waitMs;
    }
    expect(waits).toEqual([0, 0, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
  });

  it('are counted one by one however many come at once', async () => {
    const other = await openDatabase({ url: test.url });
    const processes = [createLogInAttempts(database), createLogInAttempts(other)];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, guess) => processes[guess % 2]?.claim([own, shared], 100_000)),
    );
    await other.close();
    expect(answers.filter((waitMs) => waitMs === 0)).toHaveLength(own.free + 1);
  });

  it('are taken back by a right one: all of the address, one of the shared place', async () => {
    const attempts = createLogInAttempts(database);
    await attempts.claim([{ ...own, place: 'address other' }, shared], 100_000);
    await attempts.claim([own, shared], 100_000);
    await attempts.claim([own, shared], 100_001);
    await attempts.succeeded([own, shared]);
    const rows = await database.sql<{ place: string; failures: number }[]>`
      select place, failures from log_in_attempts order by place`;
    expect(rows.map((row) => [row.place, row.failures])).toEqual([
      ['address other', 1],
      ['pin', 2],
    ]);
  });

  it('tell the audit log of the failure that begins a wait, and of none before', async () => {
    const attempts = createLogInAttempts(database);
    for (let failure = 0; failure < 3; failure += 1) {
      await attempts.claim([own, shared], 100_000);
      await attempts.failed([own, shared], { method: 'pin' });
    }
    expect(await audited()).toEqual([`session.refused log-in:${own.place}`]);
  });

  it('are forgotten after a day without one', async () => {
    const attempts = createLogInAttempts(database);
    for (let failure = 0; failure < 3; failure += 1) await attempts.claim([own], 100_000);
    await attempts.prune(100_000 + 86_400_000);
    expect(await attempts.claim([own], 100_000 + 86_400_000)).toBe(0);
    const [row] = await database.sql<{ failures: number }[]>`select failures from log_in_attempts`;
    expect(row?.failures).toBe(1);
  });
});
