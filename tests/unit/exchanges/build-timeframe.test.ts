import { describe, expect, it } from 'vitest';
import { candleAt, seriesOf } from '#domain/candle.ts';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { buildTimeframe } from '#exchanges/candles/build-timeframe.ts';

const START_MS = Date.UTC(2025, 0, 1);

/** Consecutive 5m bars from `START_MS` whose prices name their position. */
function fiveMinuteBars(count: number, missing: readonly number[] = []) {
  const rows = Array.from({ length: count }, (_, bar) => ({
    openAtMs: START_MS + bar * 5 * MINUTE_MS,
    open: 100 + bar,
    high: 110 + bar,
    low: 90 + bar,
    close: 101 + bar,
    volume: 1 + bar,
  }));
  return seriesOf(
    'BTC/USDT:USDT',
    '5m',
    rows.filter((_, bar) => !missing.includes(bar)),
  );
}

describe('buildTimeframe', () => {
  it('makes one coarse bar of first open, highest high, lowest low, last close and added volume', () => {
    const hourly = buildTimeframe(fiveMinuteBars(12), '1h');
    expect(hourly.length).toBe(1);
    expect(candleAt(hourly, 0)).toEqual({
      openAtMs: START_MS,
      open: 100,
      high: 121,
      low: 90,
      close: 112,
      volume: 78,
    });
  });

  it('leaves out a coarse bar that misses one fine bar, and the one still growing', () => {
    const hourly = buildTimeframe(fiveMinuteBars(41, [15]), '1h');
    expect([...hourly.openAtMs]).toEqual([START_MS, START_MS + 2 * HOUR_MS]);
  });

  it('leaves out a coarse bar in which a fine bar stands twice', () => {
    const bars = fiveMinuteBars(12);
    bars.openAtMs[5] = bars.openAtMs[4]!;
    expect(buildTimeframe(bars, '1h').length).toBe(0);
  });

  it('keeps a price that is no number visible instead of folding it away', () => {
    const bars = fiveMinuteBars(12);
    bars.high[5] = Number.NaN;
    expect(candleAt(buildTimeframe(bars, '1h'), 0)?.high).toBeNaN();
  });

  it('gives the series itself when it has the asked timeframe', () => {
    const bars = fiveMinuteBars(3);
    expect(buildTimeframe(bars, '5m')).toBe(bars);
  });

  it('refuses 3m from 5m and anything finer, naming the finest there is', () => {
    expect(() => buildTimeframe(fiveMinuteBars(3), '3m')).toThrow(
      '3m cannot be built from 5m bars of BTC/USDT:USDT: finest is 5m',
    );
    expect(() => buildTimeframe(fiveMinuteBars(3), '1m')).toThrow(
      expect.objectContaining({ code: 'interval_unbuildable' }),
    );
  });
});
