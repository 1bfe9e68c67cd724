import { describe, expect, it } from 'vitest';
import { type Candle, type CandleSeries, seriesOf } from '#domain/candle.ts';
import { adx, cci, ichimoku, obv, psar, stochastic, williamsR } from '#tools/indicators/long-tail.ts';
import { findPatterns } from '#tools/indicators/patterns.ts';
import { isAllNaN } from './expect-columns.ts';
import { MONDAY_MS, seriesFromCloses } from './made-series.ts';

type Bar = readonly [open: number, high: number, low: number, close: number];

function bars(...rows: Bar[]): CandleSeries {
  const candles = rows.map(
    ([open, high, low, close], index): Candle => ({
      openAtMs: MONDAY_MS + index * 180_000,
      open,
      high,
      low,
      close,
      volume: 1,
    }),
  );
  return seriesOf('BTC/USDT:USDT', '3m', candles);
}

const fallen: Bar[] = [
  [110, 111, 107, 108],
  [108, 109, 105, 106],
  [106, 107, 103, 104],
];
const namesOf = (series: CandleSeries) => findPatterns(series).map(({ name }) => name);

describe('findPatterns', () => {
  it('finds a bullish engulfing bar after a fall', () => {
    const found = findPatterns(bars(...fallen, [104, 105, 101, 102], [101.5, 106, 101, 105.5]));
    expect(found).toContainEqual({ name: 'bullish_engulfing', direction: 'bullish' });
    expect(found.some(({ direction }) => direction === 'bearish')).toBe(false);
  });

  it('finds three black crows', () => {
    const crows = bars(
      [100, 103, 99, 102],
      [102, 105, 101, 104],
      [104, 105, 100, 101],
      [103, 104, 97, 98],
      [100, 101, 94, 95],
    );
    expect(namesOf(crows)).toContain('three_black_crows');
  });

  it('finds a doji by the bars around it, not by the price level', () => {
    const doji: Bar = [104, 106, 102, 104.01];
    expect(namesOf(bars(...fallen, [104, 105, 101, 104], doji))).toContain('doji');
    // Bars of 0.04 % of the price, as calm BTC has on 3m: the library alone would call each of them a doji.
    const raised = bars(...fallen, [104, 105, 101, 102], [102, 106, 101.5, 105.5]);
    for (const column of [raised.open, raised.high, raised.low, raised.close])
      for (let i = 0; i < column.length; i++) column[i] = column[i]! + 10_000;
    expect(namesOf(raised)).not.toContain('doji');
  });

  it('finds nothing in fewer than five bars or in bars without any range', () => {
    expect(findPatterns(bars(...fallen))).toEqual([]);
    expect(findPatterns(bars(...Array.from({ length: 5 }, (): Bar => [5, 5, 5, 5])))).toEqual([]);
  });
});

describe('the long tail', () => {
  const short = seriesFromCloses([1, 2, 3]);

  it('is NaN throughout on a short series', () => {
    expect(isAllNaN(adx(short).adx)).toBe(true);
    expect(isAllNaN(stochastic(short).k)).toBe(true);
    expect(isAllNaN(cci(short))).toBe(true);
    expect(isAllNaN(williamsR(short))).toBe(true);
    expect(isAllNaN(ichimoku(short).spanB)).toBe(true);
  });

  it('has one entry for each bar, also of an empty series', () => {
    const empty = seriesFromCloses([]);
    expect(obv(short)).toHaveLength(3);
    expect(psar(short)).toHaveLength(3);
    expect(obv(empty)).toHaveLength(0);
    expect(psar(empty)).toHaveLength(0);
    expect(adx(empty).plusDi).toHaveLength(0);
  });

  it('adds the volume of rising bars and subtracts that of falling ones', () => {
    expect([...obv(seriesFromCloses([5, 6, 4, 4]))]).toEqual([0, 100, 0, 0]);
  });

  it('refuses periods and steps out of range and names them', () => {
    expect(() => adx(short, 0)).toThrow('adx: period 0');
    expect(() => stochastic(short, 14, -1)).toThrow('stochastic: signalPeriod -1');
    expect(() => ichimoku(short, { conversion: 9, base: 0, span: 52 })).toThrow('ichimoku: base 0');
    expect(() => psar(short, 0.3, 0.2)).toThrow('psar: step 0.3 must be above 0 and at most 0.2');
  });
});
