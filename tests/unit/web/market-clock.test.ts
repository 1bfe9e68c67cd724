import { describe, expect, test } from 'vitest';
import { marketNowMs } from '../../../web/shell/market-clock.ts';

const market = {
  source: { kind: 'generator', name: 'generator seed 7', synthetic: true },
  nowMs: 1_000_000,
  speed: 60,
  endsAtMs: null,
  finished: false,
} as const;

describe('the market clock of the page', () => {
  test('runs on at the market’s speed from the last reading', () => {
    expect(marketNowMs(market, { readAtMs: 5_000, nowMs: 7_000, lostSinceMs: null })).toBe(1_120_000);
  });

  test('stands at the server’s last word while the server is gone', () => {
    const wall = { readAtMs: 5_000, lostSinceMs: 6_000 };
    expect(marketNowMs(market, { ...wall, nowMs: 7_000 })).toBe(1_060_000);
    expect(marketNowMs(market, { ...wall, nowMs: 99_000 })).toBe(1_060_000);
  });

  test('does not run past the end of the market, nor when it has ended', () => {
    const wall = { readAtMs: 5_000, nowMs: 99_000, lostSinceMs: null };
    expect(marketNowMs({ ...market, endsAtMs: 1_030_000 }, wall)).toBe(1_030_000);
    expect(marketNowMs({ ...market, finished: true }, wall)).toBe(1_000_000);
  });
});
