import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withAuditOrigin } from '#db/audit-origin.ts';
import { createAuditRepository } from '#db/repositories/audit.ts';
import type { AuditOrigin } from '#domain/audit.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const ORIGIN: AuditOrigin = {
  ...{ via: 'page', by: 'session', sessionId: 's1', address: '10.0.0.7', correlationId: 'req_1' },
};

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  const { write } = createAuditRepository(test.database);
  const row = (actor: string, action: string) => write({ actor, action, subject: 'desk:one', details: {} });
  await withAuditOrigin(ORIGIN, async () => {
    await row('a person', 'trading.halted');
    await row('breaker:run_1', 'trading.reducing');
    await row('a person', 'trading_of_another.word');
  });
  await row('command line', 'trading.arm');
});
afterAll(() => test.drop());

const actionsOf = async (filter: object) => {
  const { items } = await createAuditRepository(test.database).list({ limit: 50, ...filter });
  return items.map(({ action }) => action);
};

describe('the audit log', () => {
  it('tells from where a person acted, and nothing for what their request only set going', async () => {
    const { items } = await createAuditRepository(test.database).list({ limit: 50 });
    expect(items.map(({ actor, origin }) => [actor, origin])).toEqual([
      ['command line', null],
      ['a person', ORIGIN],
      ['breaker:run_1', null],
      ['a person', ORIGIN],
    ]);
  });

  it('is narrowed by action, by a family of them, by actor and by time, newest first', async () => {
    expect(await actionsOf({ action: 'trading.arm' })).toEqual(['trading.arm']);
    expect(await actionsOf({ action: 'trading.' })).toEqual([
      ...['trading.arm', 'trading.reducing', 'trading.halted'],
    ]);
    expect(await actionsOf({ action: '%.' })).toEqual([]);
    expect(await actionsOf({ actor: 'command line' })).toEqual(['trading.arm']);
    expect(await actionsOf({ actor: 'breaker:' })).toEqual(['trading.reducing']);
    expect(await actionsOf({ actor: 'breaker' })).toEqual([]);
    expect(await actionsOf({ toMs: 1 })).toEqual([]);
    expect((await actionsOf({ fromMs: 1 })).length).toBe(4);
  });

  it('comes page by page, each row once', async () => {
    const { list } = createAuditRepository(test.database);
    const first = await list({ limit: 3 });
    const second = await list({ limit: 3, ...(first.nextCursor !== null && { cursor: first.nextCursor }) });
    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([3, 1, null]);
    expect(new Set([...first.items, ...second.items].map(({ auditId }) => auditId)).size).toBe(4);
  });
});
