import { describe, expect, test } from 'vitest';
import type { ChartBars } from '#domain/chart-bars.ts';
import { joinNewer, joinOlder, missingOpens, withForming } from '../../../web/chart/join-bars.ts';
import { widthMs } from '../../../web/chart/timeframe.ts';

const MINUTE = 60_000;

/** One bar of a minute at each of these minutes; its close and its EMA tell which reading it came from. */
function bars(minutes: readonly number[], change: Partial<ChartBars> = {}, close = 1): ChartBars {
  const column = minutes.map(() => close);
  return {
    ...{ symbol: 'BTC/USDT:USDT', timeframe: '1m', asOfMs: 0, gaps: [], forming: null, olderTo: null },
    source: { kind: 'generator', name: 'g', synthetic: true },
    openAtMs: minutes.map((minute) => minute * MINUTE),
    ...{ open: column, high: column, low: column, close: column, volume: column },
    indicators: { ema9: column },
    ...change,
  };
}

const minutesOf = ({ openAtMs }: ChartBars) => openAtMs.map((atMs) => atMs / MINUTE);

describe('bars that come in pieces', () => {
  test('are held once each, the newer reading winning, and lead back to where the oldest began', () => {
    const held = bars([1, 2, 3], { olderTo: 60_000 });
    const joined = joinNewer(held, bars([3, 4], { olderTo: 180_000 }, 2));
    expect(minutesOf(joined)).toEqual([1, 2, 3, 4]);
    expect(joined.close).toEqual([1, 1, 2, 2]);
    expect(joined.indicators.ema9).toEqual([1, 1, 2, 2]);
    expect(joined.olderTo).toBe(60_000);
  });

  test('go on where the newer ones begin just after the held ones', () => {
    expect(minutesOf(joinNewer(bars([1, 2]), bars([3])))).toEqual([1, 2, 3]);
  });

  test('begin anew where nobody read what lies between', () => {
    expect(minutesOf(joinNewer(bars([1, 2]), bars([9, 10])))).toEqual([9, 10]);
    expect(minutesOf(joinNewer(undefined, bars([9])))).toEqual([9]);
  });

  test('get older ones before them, and the way further back', () => {
    const joined = joinOlder(bars([1, 2, 3], { olderTo: 5 }), bars([3, 4], { asOfMs: 9 }, 2));
    expect(minutesOf(joined)).toEqual([1, 2, 3, 4]);
    expect(joined).toMatchObject({ close: [1, 1, 2, 2], olderTo: 5, asOfMs: 9 });
  });

  test('end with the bar that forms, which has no indicator yet', () => {
    const forming = { ...{ openAtMs: 3 * MINUTE, open: 5, high: 6, low: 4, close: 5, volume: 1, asOfMs: 1 } };
    const shown = withForming(bars([1, 2], { forming }));
    expect(minutesOf(shown)).toEqual([1, 2, 3]);
    expect(shown.high.at(-1)).toBe(6);
    expect(shown.indicators.ema9).toEqual([1, 1, null]);
    expect(minutesOf(withForming(bars([1, 2, 3], { forming })))).toEqual([1, 2, 3]);
  });

  test('leave room for what the market does not have', () => {
    expect(missingOpens(bars([1, 2, 5, 6, 8])).map((atMs) => atMs / MINUTE)).toEqual([3, 4, 7]);
  });

  test('know how long a bar of each timeframe is', () => {
    expect((['1m', '15m', '4h', '1d'] as const).map(widthMs)).toEqual([
      60_000, 900_000, 14_400_000, 86_400_000,
    ]);
  });
});
