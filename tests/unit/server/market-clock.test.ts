import { describe, expect, it } from 'vitest';
import { marketTimeOf } from '#server/engine/market-clock.ts';

const ANCHOR = { wallMs: 1_000_000, marketMs: 50_000_000, speed: 60 };
const TOUCHED_WALL_MS = 1_010_000;
const TOUCHED_MARKET_MS = 50_600_000;
const running = { ...ANCHOR, touchedWallMs: TOUCHED_WALL_MS, touchedMarketMs: TOUCHED_MARKET_MS };

describe('the market time of a stored clock', () => {
  it('runs on from the last touch while somebody runs the market', () => {
    expect(marketTimeOf(running, TOUCHED_WALL_MS + 500)).toBe(TOUCHED_MARKET_MS + 30_000);
  });

  it('is the last one touched when nobody runs it any more', () => {
    expect(marketTimeOf(running, TOUCHED_WALL_MS + 3_000)).toBe(TOUCHED_MARKET_MS);
  });

  it('does not run beyond the end of the candles, at which a running market stands', () => {
    const ended = { ...running, touchedMarketMs: TOUCHED_MARKET_MS - 1 };
    expect(marketTimeOf(ended, TOUCHED_WALL_MS + 500)).toBe(TOUCHED_MARKET_MS - 1);
  });
});
