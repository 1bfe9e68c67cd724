import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAuditRepository } from '#db/repositories/audit.ts';
import { createDeskRepository } from '#db/repositories/desks.ts';
import { haltEverything } from '#db/repositories/halt-everything.ts';
import { createTradingStateRepository } from '#db/repositories/trading-state.ts';
import { BTC, NOW_MS } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

const defaultState = { mode: 'active' as const, reason: 'first start', setBy: 'start-up', sinceMs: NOW_MS };
const statesOf = (key: string) =>
  createTradingStateRepository(test.database, {
    defaultState,
    market: { key, includes: (deskId) => deskId.startsWith(key) },
  });
const person = (reason: string) => ({ reason, setBy: 'person', atMs: NOW_MS + 5 });
const halt = () =>
  haltEverything(test.database, {
    reason: 'stop it all',
    setBy: 'person',
    atMsOf: (deskId) => NOW_MS + (deskId.startsWith('mars') ? 1 : 2),
  });
const makeDesk = (deskId: string) =>
  createDeskRepository(test.database).create({
    deskId,
    name: deskId,
    symbols: [BTC],
    intervalMs: 60_000,
    createdAtMs: NOW_MS,
  });

describe('a halt of everything', () => {
  it('halts the desks of every market, seen or not, each on the time of its market', async () => {
    await makeDesk('mars');
    await makeDesk('venus--never-asked');
    await statesOf('mars').read('mars');
    await halt();
    expect(await statesOf('mars').read('mars')).toEqual({
      mode: 'halted',
      reason: 'stop it all',
      setBy: 'person',
      sinceMs: NOW_MS + 1,
    });
    expect(await statesOf('venus').read('venus--never-asked')).toMatchObject({
      mode: 'halted',
      sinceMs: NOW_MS + 2,
    });
  });

  it('halts desks and markets to come, those of a market that was armed before too', async () => {
    await statesOf('mars').arm(null, person('go'));
    await halt();
    expect((await statesOf('mars').read('mars--later')).mode).toBe('halted');
    expect((await statesOf('jupiter').read('jupiter')).mode).toBe('halted');
    expect((await statesOf('jupiter').read('once--jupiter--run-1')).mode).toBe('halted');
  });

  it('is ended for the market alone that a person arms', async () => {
    for (const key of ['mars', 'venus']) await makeDesk(key);
    await halt();
    expect(await statesOf('mars').arm(null, person('looked at it'))).toEqual({
      changed: ['mars'],
      overridden: [],
    });
    expect((await statesOf('mars').read('mars')).mode).toBe('active');
    expect((await statesOf('mars').read('mars--later')).mode).toBe('active');
    expect((await statesOf('venus').read('venus')).mode).toBe('halted');
    expect((await statesOf('jupiter').read('jupiter')).mode).toBe('halted');
  });

  it('lets no desk slip past while it is first seen', async () => {
    const keys = Array.from({ length: 8 }, (_, index) => `planet-${index}`);
    const look = (key: string) => statesOf(key).read(key);
    await Promise.all([...keys.slice(0, 4).map(look), halt(), ...keys.slice(4).map(look)]);
    for (const key of keys) expect((await look(key)).mode, key).toBe('halted');
  });

  it('is audited once, with the desks it halted', async () => {
    for (const key of ['mars', 'venus']) await makeDesk(key);
    await halt();
    const { items } = await createAuditRepository(test.database).list({ limit: 1 });
    expect(items[0]).toMatchObject({
      actor: 'person',
      action: 'trading.halted',
      subject: 'desks of every market',
      details: { reason: 'stop it all', desks: ['mars', 'venus'] },
    });
  });
});
