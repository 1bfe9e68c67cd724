import { describe, expect, it } from 'vitest';
import { HealthReport } from '#domain/health.ts';
import type { DependencyHealth } from '#server/api-deps.ts';
import { clocksApart, guardOf, pricesOf, workerOf } from '#server/health/desk-checks.ts';
import { createHealthWatch } from '#server/health/health-watch.ts';
import { apiWith } from './http-support.ts';

const database = (status: DependencyHealth['status']): DependencyHealth => ({
  ...{ name: 'database', status, required: true, detail: 'as it is' },
});

describe('a watch over what the desk depends on', () => {
  it('dates a state from when it was first seen, and gives a way out while it is bad', async () => {
    const clock = { atMs: 1_000, nowMs: () => clock.atMs };
    let status: DependencyHealth['status'] = 'up';
    const watch = createHealthWatch(async () => [database(status)], clock);
    expect((await watch.report()).items[0]).toMatchObject({ sinceMs: 1_000, wayOut: null });
    clock.atMs = 2_000;
    expect((await watch.report()).items[0]?.sinceMs).toBe(1_000);
    status = 'down';
    clock.atMs = 3_000;
    const bad = await watch.report();
    expect(bad).toMatchObject({ ready: false, watchedSinceMs: 1_000, items: [{ sinceMs: 3_000 }] });
    expect(bad.items[0]?.wayOut).toMatch(/DATABASE_URL/);
  });

  it('looks once for readers who ask at the same time', async () => {
    let looks = 0;
    const watch = createHealthWatch(
      async () => {
        looks += 1;
        return [database('up')];
      },
      { nowMs: () => 1 },
    );
    await Promise.all([watch.report(), watch.report()]);
    expect(looks).toBe(1);
  });

  it('is served as it is described, ready or not', async () => {
    const response = await apiWith().get('/api/health');
    expect(response.status).toBe(200);
    expect(HealthReport.parse(await response.json()).items[0]).toMatchObject({
      name: 'database',
      meaning: expect.stringContaining('stops stay on the venue'),
    });
  });
});

describe('a dependency', () => {
  it.each([
    ['streams', pricesOf({ state: 'streaming', lastPriceAtMs: 9_000, ignored: 0 }, 10_000, true), 'up'],
    [
      'lost its stream',
      pricesOf({ state: 'away', lastPriceAtMs: null, ignored: 2 }, 10_000, true),
      'degraded',
    ],
    ['has no stream', pricesOf(undefined, 10_000, true), 'up'],
    ['leads and beats', guardOf({ isHeld: true }, { ageMs: 1_000 }), 'up'],
    ['leads on another host', guardOf({ isHeld: true }, { ageMs: null }), 'up'],
    ['leads elsewhere while the one here hangs', guardOf({ isHeld: true }, { ageMs: 61_000 }), 'degraded'],
    ['is led by nobody', guardOf({ isHeld: false }, { ageMs: 1_000 }), 'down'],
    ['works', workerOf({ ageMs: 59_000 }), 'up'],
    ['hangs', workerOf({ ageMs: 61_000 }), 'down'],
    ['is not of this folder', workerOf({ ageMs: null }), 'degraded'],
    ['keeps time', clocksApart(-1_999), 'up'],
    ['runs late', clocksApart(2_001), 'degraded'],
  ] as const)('that %s is told so', (_case, found, status) => {
    expect(found.status).toBe(status);
  });
});
