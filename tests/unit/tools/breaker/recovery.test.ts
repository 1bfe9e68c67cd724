import { beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { fedBreaker, START_MS, slide } from './fed-breaker.ts';

/** A day of quiet minutes, then BTC falls from 100 to 80 in ten minutes and stays. */
const FALL_MS = 24 * HOUR_MS;
const TRIP_BY_MS = FALL_MS + 10 * MINUTE_MS;
let fed: ReturnType<typeof fedBreaker>;

function minutes(from: number, to: number, close: (minute: number) => number, volume = 10): void {
  for (let i = from; i < to; i++)
    fed.bar('BTC', MINUTE_MS, { closesMs: (i + 1) * MINUTE_MS, open: close(i), close: close(i), volume });
}
const day = 24 * 60;
const unmet = (afterMs: number) =>
  fed.breaker
    .assess(START_MS + afterMs)
    .recovery?.conditions.filter(({ isMet }) => isMet === false)
    .map(({ condition }) => condition);
const cleared = () => fed.events.filter(({ kind }) => kind === 'cleared').map(({ atMs }) => atMs - START_MS);

beforeEach(() => {
  fed = fedBreaker();
  minutes(0, day, () => 100);
  minutes(day, day + 10, (i) => 100 - 2 * (i - day + 1));
});

describe('after a trip', () => {
  it('the level stays, with what is still missing', () => {
    expect(fed.breaker.level).toBe('tripped');
    expect(unmet(TRIP_BY_MS)).toEqual(['released', 'calm', 'back']);
  });

  it('the market has recovered after half an hour of calm, half of the fall back and volume as usual', () => {
    minutes(day + 10, day + 20, (i) => 80 + (i - day - 9));
    minutes(day + 20, day + 120, () => 90.5);
    expect(cleared()).toHaveLength(1);
    const lastDeepFall = day + 25;
    expect(cleared()[0]).toBeGreaterThan(TRIP_BY_MS + 30 * MINUTE_MS - 5 * MINUTE_MS);
    expect(cleared()[0]).toBeLessThan((lastDeepFall + 60) * MINUTE_MS);
    expect(fed.breaker.level).not.toBe('tripped');
    expect(fed.breaker.assess(START_MS + (day + 120) * MINUTE_MS).recovery).toBeNull();
  });

  it('the market has not recovered while less than half of the fall is back', () => {
    minutes(day + 10, day + 20, (i) => 80 + (i - day - 9) * 0.9);
    minutes(day + 20, day + 6 * 60, () => 89.5);
    expect(cleared()).toEqual([]);
    expect(unmet((day + 6 * 60) * MINUTE_MS)).toEqual(['back']);
  });

  it('the market has not recovered while it trades less than 70% of what is usual', () => {
    minutes(day + 10, day + 20, (i) => 80 + (i - day - 9));
    minutes(day + 20, day + 6 * 60, () => 91, 5);
    expect(cleared()).toEqual([]);
    expect(unmet((day + 6 * 60) * MINUTE_MS)).toEqual(['volume']);
  });

  it('volume that bars tell counts beside prints that tell none', () => {
    fed.print('BTC', [
      [TRIP_BY_MS + 1, 80],
      [TRIP_BY_MS + 2, 80],
    ]);
    for (let i = day + 10; i < day + 6 * 60; i++) {
      fed.print('BTC', [[i * MINUTE_MS + 30_000, Math.min(91, 80 + (i - day - 9) * 0.5)]]);
      minutes(i, i + 1, (minute) => Math.min(91, 80 + (minute - day - 9) * 0.5), 5);
    }
    expect(unmet((day + 6 * 60) * MINUTE_MS)).toEqual(['volume']);
  });

  it('a further fall over 5% begins the calm anew', () => {
    minutes(day + 10, day + 20, (i) => 80 + 2 * (i - day - 9));
    minutes(day + 20, day + 35, () => 100);
    minutes(day + 35, day + 36, () => 94);
    minutes(day + 36, day + 120, () => 100);
    expect(cleared()[0]).toBe((day + 36 + 30) * MINUTE_MS);
  });

  it('liquidations of $100M in the hour keep it, and so does an hour that was not heard whole', () => {
    const tell = (minute: number, heardUsd: number, unbrokenMinute: number) => {
      const unbrokenSinceMs = START_MS + unbrokenMinute * MINUTE_MS;
      fed.breaker.liquidations({ atMs: START_MS + minute * MINUTE_MS, heardUsd, unbrokenSinceMs });
    };
    tell(day, 100e6, 0);
    minutes(day + 10, day + 20, (i) => 80 + 2 * (i - day - 9));
    minutes(day + 20, day + 120, () => 100);
    expect(unmet((day + 120) * MINUTE_MS)).toEqual(['liquidations']);
    tell(day + 120, 1e6, day + 90);
    minutes(day + 120, day + 149, () => 100);
    expect(unmet((day + 149) * MINUTE_MS)).toEqual(['liquidations']);
    minutes(day + 149, day + 152, () => 100);
    expect(cleared()).toEqual([(day + 150) * MINUTE_MS]);
  });

  it('silence is no recovery', () => {
    minutes(day + 10, day + 20, (i) => 80 + 2 * (i - day - 9));
    minutes(day + 20, day + 30, () => 100);
    const afterMs = (day + 300) * MINUTE_MS;
    expect(fed.breaker.recover(START_MS + afterMs)).toEqual([]);
    expect(unmet(afterMs)).toContain('back');
  });

  it('the next trip is told anew', () => {
    minutes(day + 10, day + 20, (i) => 80 + 2 * (i - day - 9));
    minutes(day + 20, day + 120, () => 100);
    expect(cleared()).toHaveLength(1);
    fed.print('BTC', slide(100, 84, { fromMs: (day + 121) * MINUTE_MS, toMs: (day + 125) * MINUTE_MS }));
    expect(fed.trips().map(({ trigger }) => trigger)).toEqual(['btc_fall_1h', 'btc_fall_4h', 'btc_fall_1h']);
  });
});
