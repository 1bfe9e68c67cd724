import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAuditRepository } from '#db/repositories/audit.ts';
import { createTradingStateRepository } from '#db/repositories/trading-state.ts';
import { HOUR_MS } from '#domain/time.ts';
import type { BreakerReason, StateChange } from '#domain/trading-state.ts';
import { NOW_MS } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

const defaultState = { mode: 'active' as const, reason: 'first start', setBy: 'start-up', sinceMs: NOW_MS };
const market = { key: 'here', includes: () => true };
const states = () => createTradingStateRepository(test.database, { defaultState, market });
const DESK = 'desk-1';

const trip: StateChange = { reason: 'BTC fell', setBy: 'breaker:guard', atMs: NOW_MS, endsBy: 'recovery' };
const back: StateChange = { reason: 'back', setBy: 'breaker:guard', atMs: NOW_MS + HOUR_MS };
const person = (atMs: number): StateChange => ({ reason: 'looked at it', setBy: 'a person', atMs });

function fell(level: 'watch' | 'tripped', trigger = 'btc_fall_1h'): BreakerReason {
  return { trigger, level, value: 0.16, limit: 0.15, message: `${trigger} ${level}`, hurts: ['long'] };
}
const seen = (reason: BreakerReason, atMs = NOW_MS) => ({ level: reason.level, reasons: [reason], atMs });
const watched = (reason: BreakerReason, atMs = NOW_MS, overriddenAtMs: number | null = null) => ({
  ...seen(reason, atMs),
  overriddenAtMs,
});
const CLEAR = { level: 'clear' as const, reasons: [] };

describe('a halt of the market', () => {
  it('ends by the recovery once, and is audited', async () => {
    const halted = await states().tighten(DESK, 'halted', trip);
    expect(halted).toMatchObject({ mode: 'halted', endsBy: 'recovery' });
    expect(await states().recover(DESK, halted, back)).toBe(true);
    expect(await states().read(DESK)).toEqual({
      ...{ mode: 'active', reason: 'back', setBy: 'breaker:guard', sinceMs: back.atMs },
    });
    expect(await states().recover(DESK, halted, back)).toBe(false);
    const { items } = await createAuditRepository(test.database).list({ limit: 1 });
    expect(items).toMatchObject([{ action: 'trading.recover', actor: 'breaker:guard' }]);
  });

  it('is not ended by the recovery from another one', async () => {
    const first = await states().tighten(DESK, 'halted', trip);
    await states().arm(DESK, person(NOW_MS + 1));
    await states().tighten(DESK, 'halted', { ...trip, atMs: NOW_MS + 2 });
    expect(await states().recover(DESK, first, back)).toBe(false);
    expect((await states().read(DESK)).mode).toBe('halted');
  });

  it.each<[string, () => Promise<unknown>]>([
    [
      'an account that has lost too much',
      () => states().tighten(DESK, 'halted', { ...trip, reason: 'daily loss', endsBy: 'person' }),
    ],
    ['a person who halts too', () => states().halt(DESK, { ...person(NOW_MS), reason: 'mine' })],
    ['a person who halts all', () => states().halt(null, { ...person(NOW_MS), reason: 'mine' })],
  ])('waits for a person after %s', async (_who, ask) => {
    const halted = await states().tighten(DESK, 'halted', trip);
    await ask();
    expect((await states().read(DESK)).endsBy).toBeUndefined();
    expect(await states().recover(DESK, halted, back)).toBe(false);
  });

  it('stays the trip it was when a person is asked for, and names both reasons', async () => {
    await states().tighten(DESK, 'halted', trip);
    const asked = { reason: 'daily loss', setBy: 'breaker:run-9', atMs: NOW_MS + 9 };
    expect(await states().tighten(DESK, 'halted', asked)).toEqual({
      ...{ mode: 'halted', reason: 'BTC fell; daily loss', setBy: 'breaker:guard', sinceMs: NOW_MS },
    });
  });

  it('that a person ends is not loosened by a trip of the market', async () => {
    await states().halt(DESK, person(NOW_MS));
    await states().tighten(DESK, 'halted', trip);
    expect(await states().read(DESK)).toMatchObject({ setBy: 'a person' });
    expect((await states().read(DESK)).endsBy).toBeUndefined();
  });
});

describe('the end of a halt', () => {
  it('goes back to closes only where that is what it began from', async () => {
    await states().tighten(DESK, 'reducing', { reason: 'a bad day', setBy: 'breaker:guard', atMs: NOW_MS });
    await states().tighten(DESK, 'halted', trip);
    const halted = await states().read(DESK);
    expect(await states().recover(DESK, halted, back)).toBe(true);
    expect((await states().read(DESK)).mode).toBe('reducing');
  });

  it('waits while either level stands at tripped', async () => {
    for (const stands of [
      () => states().setWatch(DESK, watched(fell('tripped'))),
      () => states().setLevel(DESK, seen(fell('tripped'))),
    ]) {
      await test.clear();
      const halted = await states().tighten(DESK, 'halted', trip);
      await stands();
      expect(await states().recover(DESK, halted, back)).toBe(false);
    }
  });
});

describe('the levels of cycle and guard', () => {
  it('do not overwrite each other, and the graver one counts', async () => {
    await states().setWatch(DESK, watched(fell('tripped')));
    expect(await states().setLevel(DESK, { ...CLEAR, atMs: NOW_MS + 1 })).toMatchObject({
      level: 'tripped',
      reasons: [{ trigger: 'btc_fall_1h' }],
    });
    await states().setLevel(DESK, seen(fell('watch', 'eth_fall_1h'), NOW_MS + 2));
    await states().setWatch(DESK, { ...CLEAR, atMs: NOW_MS + 3, overriddenAtMs: null });
    expect(await states().level(DESK)).toMatchObject({
      level: 'watch',
      reasons: [{ trigger: 'eth_fall_1h' }],
    });
  });

  it('of one trigger tell the guard’s numbers', async () => {
    await states().setLevel(DESK, seen({ ...fell('watch'), value: 0.11 }));
    await states().setWatch(DESK, watched({ ...fell('watch'), value: 0.12 }));
    expect((await states().level(DESK)).reasons.map(({ value }) => value)).toEqual([0.12]);
  });

  it('put a side at risk since it began, on one occasion for four hours', async () => {
    const since = async () => (await states().read(DESK)).atRisk?.sinceMs;
    await states().setWatch(DESK, watched(fell('watch')));
    expect((await states().read(DESK)).atRisk).toEqual({
      ...{ sides: ['long'], sinceMs: NOW_MS, message: 'btc_fall_1h watch' },
    });
    await states().setWatch(DESK, { ...CLEAR, atMs: NOW_MS + 1, overriddenAtMs: null });
    expect(await since()).toBeUndefined();
    await states().setLevel(DESK, seen(fell('watch'), NOW_MS + HOUR_MS));
    expect(await since()).toBe(NOW_MS);
    await states().setLevel(DESK, { ...CLEAR, atMs: NOW_MS + 5 * HOUR_MS });
    await states().setLevel(DESK, seen(fell('watch'), NOW_MS + 6 * HOUR_MS));
    expect(await since()).toBe(NOW_MS);
    await states().setLevel(DESK, { ...CLEAR, atMs: NOW_MS + 7 * HOUR_MS });
    await states().setLevel(DESK, seen(fell('watch'), NOW_MS + 12 * HOUR_MS));
    expect(await since()).toBe(NOW_MS + 12 * HOUR_MS);
  });

  it('put no side at risk for what is not about one', async () => {
    const { hurts: _none, ...loss } = fell('watch', 'daily_loss');
    await states().setLevel(DESK, seen(loss));
    expect((await states().read(DESK)).atRisk).toBeUndefined();
  });
});

describe('a person who arms against a tripped market', () => {
  it('is told what stands against it, and it is on record', async () => {
    await states().tighten(DESK, 'halted', trip);
    await states().setWatch(DESK, watched(fell('tripped')));
    const { changed, overridden } = await states().arm(DESK, person(NOW_MS + 5));
    expect({ changed, told: overridden.map(({ message }) => message) }).toEqual({
      changed: [DESK],
      told: ['btc_fall_1h tripped'],
    });
    expect(await states().read(DESK)).toMatchObject({ mode: 'active', overriddenAtMs: NOW_MS + 5 });
    expect((await states().level(DESK)).level).toBe('clear');
    const { items } = await createAuditRepository(test.database).list({ limit: 1 });
    expect(items).toMatchObject([
      {
        action: 'trading.arm',
        details: { overridden: [{ trigger: 'btc_fall_1h' }], reason: 'looked at it' },
      },
    ]);
  });

  it('is not overruled by what the guard saw before it has heard of it', async () => {
    await states().setWatch(DESK, watched(fell('tripped')));
    await states().tighten(DESK, 'halted', trip);
    await states().arm(DESK, person(NOW_MS + 5));
    await states().setWatch(DESK, watched(fell('tripped'), NOW_MS + 6));
    expect((await states().level(DESK)).level).toBe('clear');
    await states().setWatch(DESK, watched(fell('watch'), NOW_MS + 7, NOW_MS + 5));
    expect((await states().level(DESK)).level).toBe('watch');
  });

  it('overrides the halt of a trip whose level nobody has told yet', async () => {
    await states().tighten(DESK, 'halted', trip);
    const { overridden } = await states().arm(DESK, person(NOW_MS + 5));
    expect(overridden.map(({ message }) => message)).toEqual(['BTC fell']);
    expect((await states().read(DESK)).overriddenAtMs).toBe(NOW_MS + 5);
  });

  it('is not halted again by what a cycle has assessed before', async () => {
    await states().tighten(DESK, 'halted', trip);
    await states().arm(DESK, person(NOW_MS + 5));
    expect((await states().tighten(DESK, 'halted', { ...trip, atMs: NOW_MS + 4 })).mode).toBe('active');
    expect((await states().tighten(DESK, 'halted', { ...trip, atMs: NOW_MS + 6 })).mode).toBe('halted');
  });

  it('forgives no fall of the market by arming after a loss of the account', async () => {
    const { hurts: _none, ...loss } = fell('tripped', 'daily_loss');
    await states().tighten(DESK, 'halted', { ...trip, endsBy: 'person' });
    await states().setLevel(DESK, seen(loss));
    await states().setWatch(DESK, watched(fell('watch')));
    expect((await states().arm(DESK, person(NOW_MS + 5))).overridden).toEqual([]);
    expect(await states().read(DESK)).toMatchObject({ mode: 'active', atRisk: { sides: ['long'] } });
    expect((await states().read(DESK)).overriddenAtMs).toBeUndefined();
  });

  it('overrides nothing where nothing is tripped', async () => {
    await states().halt(DESK, person(NOW_MS));
    await states().setLevel(DESK, seen(fell('watch')));
    expect((await states().arm(DESK, person(NOW_MS + 5))).overridden).toEqual([]);
    expect((await states().read(DESK)).overriddenAtMs).toBeUndefined();
  });
});
