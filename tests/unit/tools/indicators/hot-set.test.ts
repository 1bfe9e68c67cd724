import { describe, expect, it } from 'vitest';
import { DAY_MS } from '#domain/time.ts';
import { atr } from '#tools/indicators/atr.ts';
import { bollinger } from '#tools/indicators/bollinger.ts';
import { ema } from '#tools/indicators/ema.ts';
import { macd } from '#tools/indicators/macd.ts';
import { rsi } from '#tools/indicators/rsi.ts';
import { sma } from '#tools/indicators/sma.ts';
import { volumeSurge } from '#tools/indicators/volume-surge.ts';
import { cumulativeVwap, sessionVwap } from '#tools/indicators/vwap.ts';
import { isAllNaN } from './expect-columns.ts';
import { MONDAY_MS, seriesFromCloses, wanderingSeries } from './made-series.ts';

const column = (...values: number[]) => Float64Array.from(values);

describe('warm-up', () => {
  const short = column(1, 2, 3, 4);

  it('leaves a series shorter than the period all NaN', () => {
    expect(isAllNaN(sma(short, 5))).toBe(true);
    expect(isAllNaN(ema(short, 5))).toBe(true);
    expect(isAllNaN(rsi(short, 4))).toBe(true);
    expect(isAllNaN(atr(short, short, short, 4))).toBe(true);
    expect(isAllNaN(macd(short).macd)).toBe(true);
    expect(isAllNaN(bollinger(short).middle)).toBe(true);
    expect(isAllNaN(volumeSurge(short, 4))).toBe(true);
  });

  it('gives one value when the series is just long enough', () => {
    expect([...sma(short, 4)]).toEqual([Number.NaN, Number.NaN, Number.NaN, 2.5]);
    expect([...ema(short, 4)]).toEqual([Number.NaN, Number.NaN, Number.NaN, 2.5]);
    expect(rsi(short, 3)[3]).toBe(100);
    expect(bollinger(short, 4).middle[3]).toBe(2.5);
  });

  it('gives the MACD line before its signal', () => {
    const columns = macd(Float64Array.from({ length: 33 }, (_, i) => i));
    expect(columns.macd.findIndex(Number.isFinite)).toBe(25);
    expect(isAllNaN(columns.signal)).toBe(true);
    expect(isAllNaN(columns.histogram)).toBe(true);
  });

  it('gives empty columns for an empty series', () => {
    expect(sma(column(), 3)).toHaveLength(0);
    expect(bollinger(column()).upper).toHaveLength(0);
    expect(macd(column()).signal).toHaveLength(0);
  });

  it('overwrites every entry of a used output column', () => {
    const values = wanderingSeries(60, 3).close;
    const used = () => new Float64Array(60).fill(7);
    expect(sma(values, 20, used())).toEqual(sma(values, 20));
    expect(ema(values, 20, used())).toEqual(ema(values, 20));
    expect(rsi(values, 14, used())).toEqual(rsi(values, 14));
    expect(volumeSurge(values, 20, used())).toEqual(volumeSurge(values, 20));
    const bands = { upper: used(), middle: used(), lower: used() };
    expect(bollinger(values, 20, 2, bands)).toEqual(bollinger(values));
    const lines = { macd: used(), signal: used(), histogram: used() };
    expect(macd(values, { fast: 12, slow: 26, signal: 9 }, lines)).toEqual(macd(values));
  });
});

describe('arguments', () => {
  const values = column(1, 2, 3);

  it.each([0, -3, 2.5, Number.NaN])('refuses a period of %d and names it', (period) => {
    expect(() => sma(values, period)).toThrow(
      new RangeError(`sma: period ${period} must be a whole number of at least 1`),
    );
    expect(() => ema(values, period)).toThrow(`ema: period ${period}`);
    expect(() => rsi(values, period)).toThrow(`rsi: period ${period}`);
    expect(() => atr(values, values, values, period)).toThrow(`atr: period ${period}`);
    expect(() => bollinger(values, period)).toThrow(`bollinger: period ${period}`);
    expect(() => volumeSurge(values, period)).toThrow(`volumeSurge: period ${period}`);
    expect(() => macd(values, { fast: 12, slow: 26, signal: period })).toThrow(`macd: signal ${period}`);
  });

  it('refuses MACD periods in the wrong order and a band of no width', () => {
    expect(() => macd(values, { fast: 26, slow: 12, signal: 9 })).toThrow(
      'macd: fast 26 must be below slow 12',
    );
    expect(() => bollinger(values, 2, 0)).toThrow('bollinger: width 0 must be above 0');
  });

  it('refuses an output column of another length and names both', () => {
    expect(() => sma(values, 2, column(0))).toThrow('sma: out holds 1 values, expected 3');
    expect(() => atr(column(1), values, values, 2)).toThrow('atr: high holds 1 values, expected 3');
  });
});

describe('rsi', () => {
  it('is 50 while a series has not moved at all', () => {
    expect(rsi(new Float64Array(30).fill(9), 14)[29]).toBe(50);
  });

  it('is exactly 100 for rises only and 0 for falls only', () => {
    const rising = Float64Array.from({ length: 200 }, (_, i) => 1.1 ** i);
    expect([...rsi(rising, 14).subarray(14)].every((value) => value === 100)).toBe(true);
    expect([...rsi(rising.reverse(), 14).subarray(14)].every((value) => value === 0)).toBe(true);
  });

  it('keeps its last reading when a market that moved stands still', () => {
    const values = Float64Array.from({ length: 80 }, (_, i) => (i < 40 ? 100 + (i % 3) : 101));
    expect(rsi(values, 14)[79]).toBeCloseTo(rsi(values, 14)[41]!, 9);
  });
});

describe('bollinger', () => {
  it('puts all three bands on the price of a motionless market', () => {
    const bands = bollinger(new Float64Array(600).fill(104_321.7));
    expect(bands.upper[599]).toBe(104_321.7);
    expect(bands.lower[599]).toBe(104_321.7);
  });

  it('has no band left after a jump of a thousandfold has left the window and the sums were anchored anew', () => {
    const values = Float64Array.from({ length: 900 }, (_, i) => (i < 300 ? 100 : 100_000));
    const bands = bollinger(values);
    expect(bands.upper[899]).toBe(100_000);
  });

  it('stays within a billionth of a two-pass deviation over a million candles at a price of 100,000', () => {
    const values = new Float64Array(1_000_000).map((_, i) => 100_000 + 50 * Math.sin(i * i) + (i % 977));
    const bands = bollinger(values);
    for (const last of [19, 255, 256, 275, 276, 499_999, 999_998, 999_999]) {
      const window = [...values.subarray(last - 19, last + 1)];
      const mean = window.reduce((sum, value) => sum + value, 0) / 20;
      const deviation = Math.sqrt(window.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 20);
      expect(Math.abs(bands.upper[last]! - bands.middle[last]! - 2 * deviation)).toBeLessThan(1e-9);
    }
  });
});

describe('sessionVwap', () => {
  it('begins anew with the first bar of a UTC day', () => {
    const series = seriesFromCloses([10, 20, 30, 40], {
      timeframe: '1h',
      openAtMs: MONDAY_MS - 2 * 3_600_000,
    });
    const typical = (i: number) => (series.high[i]! + series.low[i]! + series.close[i]!) / 3;
    const vwap = sessionVwap(series);
    expect(vwap[1]).toBeCloseTo((typical(0) + typical(1)) / 2, 12);
    expect(vwap[2]).toBeCloseTo(typical(2), 12);
    expect(vwap[3]).toBeCloseTo((typical(2) + typical(3)) / 2, 12);
    expect(cumulativeVwap(series)[3]).not.toBeCloseTo(vwap[3]!, 3);
  });

  it('begins anew after a gap that swallows midnight', () => {
    const series = seriesFromCloses([10, 20], { timeframe: '1h' }, (bar, index) => ({
      ...bar,
      openAtMs: MONDAY_MS + index * (DAY_MS + 3_600_000),
    }));
    expect(sessionVwap(series)[1]).toBeCloseTo((series.high[1]! + series.low[1]! + series.close[1]!) / 3, 12);
  });

  it('is the typical price until the session has traded', () => {
    const quiet = seriesFromCloses([10, 11], {}, (bar) => ({ ...bar, volume: 0 }));
    expect(sessionVwap(quiet)[1]).toBe((quiet.high[1]! + quiet.low[1]! + quiet.close[1]!) / 3);
  });
});

describe('volumeSurge', () => {
  it('measures a bar by the bars before it, not by itself', () => {
    const surge = volumeSurge(column(1, 2, 3, 6, 22), 3);
    expect([...surge.subarray(0, 3)].every(Number.isNaN)).toBe(true);
    expect(surge[3]).toBe(3);
    expect(surge[4]).toBe(6);
  });

  it('is NaN after bars without volume, even when the past was busy', () => {
    const surge = volumeSurge(column(1e12, 0.1, 0.2, 0, 0, 0, 5), 3);
    expect(surge[6]).toBeNaN();
  });
});
