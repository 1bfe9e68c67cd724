import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAuditRepository } from '#db/repositories/audit.ts';
import { createDeskRepository } from '#db/repositories/desks.ts';
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
const market = { key: 'here', includes: (deskId: string) => !deskId.startsWith('there') };
const states = () => createTradingStateRepository(test.database, { defaultState, market });
const why = (reason: string) => ({ reason, setBy: 'guardian', atMs: NOW_MS + 1 });
const actions = async () => {
  const { items } = await createAuditRepository(test.database).list({ limit: 50 });
  return items.map((entry) => entry.action).toReversed();
};

describe('the trading state', () => {
  it('is the default on first sight and stays what it was when the default changes', async () => {
    expect(await states().read('desk-1')).toEqual(defaultState);
    const live = createTradingStateRepository(test.database, {
      defaultState: { ...defaultState, mode: 'halted' },
      market,
    });
    expect((await live.read('desk-1')).mode).toBe('active');
    expect((await live.read('desk-2')).mode).toBe('halted');
  });

  it('tightens and never loosens', async () => {
    expect((await states().tighten('desk-1', 'halted', why('crash'))).mode).toBe('halted');
    expect(await states().tighten('desk-1', 'reducing', why('calmer'))).toMatchObject({
      mode: 'halted',
      reason: 'crash',
    });
    expect((await states().tighten('desk-1', 'active', why('all is well'))).mode).toBe('halted');
    expect(await actions()).toEqual(['trading.tighten']);
  });

  it('ends at the gravest of many that tighten at once', async () => {
    const modes = ['reducing', 'halted', 'reducing', 'reducing', 'active'] as const;
    for (let round = 0; round < 15; round += 1) {
      await states().read(`desk-${round}`);
      await Promise.all(modes.map((mode) => states().tighten(`desk-${round}`, mode, why(mode))));
      expect((await states().read(`desk-${round}`)).mode).toBe('halted');
    }
  });

  it('halts every desk there is, and every desk to come, until a person arms', async () => {
    await createDeskRepository(test.database).create({
      deskId: 'never-asked',
      name: 'Never asked',
      symbols: [BTC],
      intervalMs: 60_000,
      createdAtMs: NOW_MS,
    });
    await states().read('desk-1');
    await states().halt(null, { reason: 'stop it all', setBy: 'person', atMs: NOW_MS });
    for (const deskId of ['desk-1', 'never-asked', 'made-later'])
      expect(await states().read(deskId)).toMatchObject({
        mode: 'halted',
        reason: 'stop it all',
        setBy: 'person',
      });
    await states().arm('desk-1', { reason: 'looked at it', setBy: 'person', atMs: NOW_MS + 5 });
    expect((await states().read('desk-1')).mode).toBe('active');
    expect((await states().read('made-later')).mode).toBe('halted');
    await states().arm(null, { reason: 'go', setBy: 'person', atMs: NOW_MS + 6 });
    expect((await states().read('made-later')).mode).toBe('active');
    expect((await states().read('even-later')).mode).toBe('active');
  });

  it('of another market is neither halted nor armed, and takes no word of this one', async () => {
    const there = createTradingStateRepository(test.database, {
      defaultState,
      market: { key: 'there', includes: (deskId) => deskId.startsWith('there') },
    });
    await there.read('there');
    await states().halt(null, { reason: 'stop it all', setBy: 'person', atMs: NOW_MS });
    expect(await there.read('there')).toEqual(defaultState);
    expect(await there.read('there--made-later')).toEqual(defaultState);
    await there.halt(null, { reason: 'here too', setBy: 'person', atMs: NOW_MS });
    await states().arm(null, { reason: 'go', setBy: 'person', atMs: NOW_MS + 1 });
    expect(await there.read('there')).toMatchObject({ mode: 'halted', reason: 'here too' });
  });

  it('keeps its reason and time when it is armed while active, and says so in the audit', async () => {
    await states().read('desk-1');
    await states().halt('desk-2', { reason: 'odd', setBy: 'person', atMs: NOW_MS + 1 });
    const again = { reason: 'once more', setBy: 'person', atMs: NOW_MS + 5 };
    expect(await states().arm('desk-1', again)).toEqual({ changed: [], overridden: [] });
    expect(await states().read('desk-1')).toEqual(defaultState);
    expect(await states().arm(null, again)).toEqual({ changed: ['desk-2'], overridden: [] });
    expect(await states().read('desk-1')).toEqual(defaultState);
    const { items } = await createAuditRepository(test.database).list({ limit: 2 });
    expect(items.map(({ action, details }) => [action, details])).toEqual([
      ['trading.arm', expect.objectContaining({ desks: ['desk-2'] })],
      ['trading.arm', expect.objectContaining({ desks: [] })],
    ]);
  });

  it('lets no desk slip past a halt of all that comes while the desk is first seen', async () => {
    const ids = Array.from({ length: 10 }, (_, index) => `desk-${index}`);
    await Promise.all([
      ...ids.slice(0, 5).map((deskId) => states().read(deskId)),
      states().halt(null, { reason: 'stop', setBy: 'person', atMs: NOW_MS }),
      ...ids.slice(5).map((deskId) => states().read(deskId)),
    ]);
    for (const deskId of ids) expect((await states().read(deskId)).mode).toBe('halted');
  });

  it('audits a change of level once, and keeps the newest reasons', async () => {
    const reason = {
      trigger: 'btc_1h',
      level: 'watch' as const,
      value: -9,
      limit: -15,
      message: 'BTC fell 9% in 1 h',
    };
    expect(await states().level('desk-1')).toEqual({ level: 'clear', reasons: [], atMs: null });
    await states().setLevel('desk-1', { level: 'watch', reasons: [], atMs: NOW_MS });
    await states().setLevel('desk-1', { level: 'watch', reasons: [reason], atMs: NOW_MS + 1 });
    expect(await states().level('desk-1')).toEqual({ level: 'watch', reasons: [reason], atMs: NOW_MS + 1 });
    expect(await actions()).toEqual(['breaker.level']);
  });

  it('lists breaker events newest first, page by page', async () => {
    for (const atMs of [1, 2, 3])
      await states().breakerEvent({
        deskId: 'desk-1',
        runId: null,
        level: 'tripped',
        reasons: [],
        actions: [],
        symbols: [BTC],
        atMs,
      });
    const first = await states().breakerEvents({ limit: 2 });
    const second = await states().breakerEvents({ limit: 2, cursor: first.nextCursor });
    expect([...first.items, ...second.items].map((event) => event.atMs)).toEqual([3, 2, 1]);
    expect(await actions()).toEqual(['breaker.event', 'breaker.event', 'breaker.event']);
  });
});

describe('desks', () => {
  const desk = { deskId: 'desk-1', name: 'Majors', symbols: [BTC], intervalMs: 60_000, createdAtMs: NOW_MS };

  it('are made once: a second one of the same id is a conflict', async () => {
    const desks = createDeskRepository(test.database);
    expect(await desks.create(desk)).toEqual({ ...desk, paused: false, cyclesRun: 0, ticksSkipped: 0 });
    await expect(desks.create(desk)).rejects.toMatchObject({ code: 'conflict' });
    expect((await desks.ensureDefault({ ...desk, name: 'Other' })).name).toBe('Majors');
    expect(await actions()).toEqual(['desk.create']);
  });

  it('change by patches, count without losing one, and are missed by name', async () => {
    const desks = createDeskRepository(test.database);
    await desks.create(desk);
    await Promise.all(Array.from({ length: 10 }, () => desks.countCycle('desk-1')));
    await desks.countSkippedTick('desk-1');
    expect(await desks.update('desk-1', { paused: true })).toMatchObject({
      paused: true,
      cyclesRun: 10,
      ticksSkipped: 1,
    });
    expect(await desks.update('desk-1', {})).toMatchObject({ paused: true });
    await expect(desks.update('nobody', { paused: true })).rejects.toMatchObject({ code: 'not_found' });
    expect(await desks.get('nobody')).toBeNull();
  });
});
