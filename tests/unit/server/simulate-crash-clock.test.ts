import { describe, expect, it } from 'vitest';
import { createDrillClock } from '#server/cli/simulate-crash-clock.ts';

const START_MS = 1_000_000;

function clockOf(paces: { untilMs: number; speed: number }[]) {
  let wallMs = 500;
  const clock = createDrillClock(START_MS, paces, { nowMs: () => wallMs });
  return {
    clock,
    pass(ms: number) {
      wallMs += ms;
      return clock.nowMs();
    },
  };
}

describe('the clock of a drill', () => {
  const paces = [
    { untilMs: START_MS + 6_000, speed: 60 },
    { untilMs: START_MS + 66_000, speed: 600 },
  ];

  it('stands until it begins, however long that takes', () => {
    const { clock, pass } = clockOf(paces);
    expect(pass(10_000)).toBe(START_MS);
    expect(clock.wallAt(START_MS + 600)).toBeNull();
    clock.begin();
    expect(pass(10)).toBe(START_MS + 600);
  });

  it('runs at the pace of each stretch and stands at the end', () => {
    const { clock, pass } = clockOf(paces);
    clock.begin();
    expect([pass(100), pass(50), clock.isFinished(), pass(50), pass(1_000), clock.isFinished()]).toEqual([
      ...[START_MS + 6_000, START_MS + 36_000, false, START_MS + 66_000, START_MS + 66_000, true],
    ]);
    expect(clock.wallLengthMs).toBe(200);
  });

  it('tells when the wall came to an instant, and what time it was there', () => {
    const { clock } = clockOf(paces);
    clock.begin();
    for (const marketMs of [
      START_MS,
      START_MS + 3_000,
      START_MS + 6_000,
      START_MS + 36_000,
      START_MS + 66_000,
    ]) {
      const wallMs = clock.wallAt(marketMs);
      expect(clock.marketAt(wallMs ?? 0)).toBe(marketMs);
    }
    expect(clock.wallAt(START_MS + 36_000)).toBe(650);
  });

  it('passes over a stretch that is over before it begins', () => {
    const { clock, pass } = clockOf([{ untilMs: START_MS - 1, speed: 1 }, ...paces]);
    clock.begin();
    expect(pass(100)).toBe(START_MS + 6_000);
  });
});
