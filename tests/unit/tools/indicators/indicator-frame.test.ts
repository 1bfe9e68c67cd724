import { describe, expect, it } from 'vitest';
import { sliceSeries } from '#domain/candle.ts';
import {
  computeIndicatorFrame,
  createFrameBuffer,
  INDICATOR_KEYS,
  latest,
} from '#tools/indicators/indicator-frame.ts';
import { sma } from '#tools/indicators/sma.ts';
import { volumeSurge } from '#tools/indicators/volume-surge.ts';
import { isAllNaN } from './expect-columns.ts';
import { seriesFromCloses, wanderingSeries } from './made-series.ts';

describe('computeIndicatorFrame', () => {
  const series = wanderingSeries(500, 11, { timeframe: '4h' });
  const frame = computeIndicatorFrame(series);

  it('names its series and gives every column the length of it', () => {
    expect(frame).toMatchObject({ symbol: 'BTC/USDT:USDT', timeframe: '4h', length: 500 });
    for (const key of INDICATOR_KEYS) expect(frame[key]).toHaveLength(500);
  });

  it('has a value in every column on the last of 500 bars', () => {
    for (const key of INDICATOR_KEYS) expect(latest(frame[key]), key).not.toBeNull();
  });

  it('keeps its columns apart in the shared buffer', () => {
    expect(frame.sma50).toEqual(sma(series.close, 50));
    expect(frame.volumeSurge).toEqual(volumeSurge(series.volume, 20));
  });

  it('reads columns that are views into longer ones', () => {
    const view = sliceSeries(series, 200);
    expect(computeIndicatorFrame(view).sma50).toEqual(sma(series.close.slice(200), 50));
  });

  it('leaves what is too short in warm-up and gives the VWAP from the first bar', () => {
    const short = computeIndicatorFrame(seriesFromCloses([1, 2, 3]));
    expect(isAllNaN(short.rsi7)).toBe(true);
    expect(latest(short.ema9)).toBeNull();
    expect(latest(short.vwap)).not.toBeNull();
  });

  it('gives the same columns in a used buffer that is longer than needed', () => {
    const buffer = createFrameBuffer(600).fill(7);
    expect(computeIndicatorFrame(series, buffer)).toEqual(frame);
    expect(frame.vwap.buffer).not.toBe(buffer.buffer);
  });

  it('refuses a buffer that is too short and names both sizes', () => {
    expect(() => computeIndicatorFrame(series, createFrameBuffer(499))).toThrow(
      'buffer holds 7984 values, 500 bars need 8000',
    );
  });

  it('gives empty columns for an empty series', () => {
    const empty = computeIndicatorFrame(seriesFromCloses([]));
    expect(empty.length).toBe(0);
    expect(latest(empty.vwap)).toBeNull();
  });
});

describe('latest', () => {
  it('counts back from the newest value and is null before the first', () => {
    const column = Float64Array.of(Number.NaN, 2, 3);
    expect(latest(column)).toBe(3);
    expect(latest(column, 1)).toBe(2);
    expect(latest(column, 2)).toBeNull();
    expect(latest(column, 3)).toBeNull();
  });
});
