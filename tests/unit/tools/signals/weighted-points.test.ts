import { describe, expect, it } from 'vitest';
import { PointReading } from '#domain/signal.ts';
import { seriesFromCloses, wanderingSeries } from '#tests/unit/tools/indicators/made-series.ts';
import {
  computeIndicatorFrame,
  type IndicatorFrame,
  type IndicatorKey,
} from '#tools/indicators/indicator-frame.ts';
import { scorePoints } from '#tools/signals/weighted-points.ts';

const quiet = seriesFromCloses(Array<number>(60).fill(100));

/** A frame in which no rule votes, with the last values of some columns replaced. */
function frameWith(last: Partial<Record<IndicatorKey, readonly number[]>>): IndicatorFrame {
  const frame = computeIndicatorFrame(quiet);
  const columns = Object.entries(last).map(([key, values]) => {
    const column = frame[key as IndicatorKey].slice();
    column.set(values, column.length - values.length);
    return [key, column] as const;
  });
  return { ...frame, ...Object.fromEntries(columns) };
}

function pointsOf(last: Partial<Record<IndicatorKey, readonly number[]>>, series = quiet) {
  return Object.fromEntries(scorePoints(frameWith(last), series).map(({ rule, points }) => [rule, points]));
}

describe('scorePoints', () => {
  it('has no vote in a motionless market', () => {
    expect(scorePoints(computeIndicatorFrame(quiet), quiet)).toEqual([]);
  });

  it('has no vote without bars and none from rules that are warming up', () => {
    const empty = seriesFromCloses([]);
    expect(scorePoints(computeIndicatorFrame(empty), empty)).toEqual([]);
    const short = seriesFromCloses([100, 110, 120]);
    expect(scorePoints(computeIndicatorFrame(short), short).map(({ rule }) => rule)).toEqual(['vwap_side']);
  });

  it.each([
    ['on the last bar', [-2, -1, 0.5], 3],
    ['one bar ago', [-1, 0.2, 0.5], 3],
    ['two bars ago', [0.1, 0.2, 0.5], 1],
    ['on the last bar, downwards', [1, 1, -0.5], -3],
    ['from exactly zero', [0, 0, 0.5], 3],
    ['to exactly zero', [1, 1, 0], undefined],
  ])('scores a MACD cross %s', (_, macdHistogram, points) => {
    expect(pointsOf({ macdHistogram }).macd_cross).toBe(points);
  });

  it('does not take the first histogram after warm-up for a cross', () => {
    expect(pointsOf({ macdHistogram: [Number.NaN, Number.NaN, 0.5] }).macd_cross).toBe(1);
  });

  it.each([
    [20, 3],
    [20.1, 2],
    [30, 2],
    [30.1, undefined],
    [69.9, undefined],
    [70, -2],
    [80, -3],
  ])('scores an RSI of %d as %s', (rsi, points) => {
    expect(pointsOf({ rsi14: [rsi] }).rsi_band).toBe(points);
  });

  it('scores the side of the VWAP', () => {
    expect(pointsOf({ vwap: [99] }).vwap_side).toBe(1);
    expect(pointsOf({ vwap: [101] }).vwap_side).toBe(-1);
  });

  it('scores a full EMA stack only', () => {
    expect(pointsOf({ ema9: [3], ema21: [2], ema50: [1] }).ema_stack).toBe(2);
    expect(pointsOf({ ema9: [1], ema21: [2], ema50: [3] }).ema_stack).toBe(-2);
    expect(pointsOf({ ema9: [3], ema21: [1], ema50: [2] }).ema_stack).toBeUndefined();
  });

  it('scores the band that the bar reached, and neither when it reached both', () => {
    expect(pointsOf({ bollingerLower: [99.95], bollingerUpper: [105] }).bollinger_touch).toBe(2);
    expect(pointsOf({ bollingerLower: [95], bollingerUpper: [100.05] }).bollinger_touch).toBe(-2);
    expect(pointsOf({ bollingerLower: [99.95], bollingerUpper: [100.05] }).bollinger_touch).toBeUndefined();
    expect(pointsOf({ bollingerLower: [95], bollingerUpper: [105] }).bollinger_touch).toBeUndefined();
  });

  it('lets a volume surge confirm the direction of its bar', () => {
    const rising = seriesFromCloses([...Array<number>(59).fill(100), 101]);
    const falling = seriesFromCloses([...Array<number>(59).fill(100), 99]);
    expect(pointsOf({ volumeSurge: [2] }, rising).volume_surge).toBe(1);
    expect(pointsOf({ volumeSurge: [2] }, falling).volume_surge).toBe(-1);
    expect(pointsOf({ volumeSurge: [1.9] }, rising).volume_surge).toBeUndefined();
    expect(pointsOf({ volumeSurge: [9] }, quiet).volume_surge).toBeUndefined();
  });

  it('names the timeframe and the numbers it saw', () => {
    const series = wanderingSeries(300, 9, { timeframe: '1h' });
    const readings = scorePoints(computeIndicatorFrame(series), series);
    expect(readings.length).toBeGreaterThan(0);
    for (const reading of readings) {
      expect(PointReading.parse(reading).timeframe).toBe('1h');
      expect(reading.evidence).toMatch(/\d/);
    }
  });
});
