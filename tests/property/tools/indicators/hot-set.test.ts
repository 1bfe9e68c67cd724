import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CandleSeries, sliceSeries } from '#domain/candle.ts';
import { wanderingSeries } from '#tests/unit/tools/indicators/made-series.ts';
import { atr } from '#tools/indicators/atr.ts';
import { bollinger } from '#tools/indicators/bollinger.ts';
import { ema } from '#tools/indicators/ema.ts';
import { computeIndicatorFrame, INDICATOR_KEYS } from '#tools/indicators/indicator-frame.ts';
import { rsi } from '#tools/indicators/rsi.ts';
import { sma } from '#tools/indicators/sma.ts';

const price = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
const prices = fc.array(price, { minLength: 1, maxLength: 400 }).map((values) => Float64Array.from(values));
const period = fc.integer({ min: 1, max: 60 });
const walk = fc
  .record({ length: fc.integer({ min: 1, max: 700 }), seed: fc.nat() })
  .map(({ length, seed }) => wanderingSeries(length, seed));

/** Equal to the last bit, NaN included; many times faster than comparing with `toEqual`. */
const isSame = (left: Float64Array, right: Float64Array) =>
  left.length === right.length && left.every((value, i) => Object.is(value, right[i]));

const finite = (column: Float64Array) => [...column].filter((value) => !Number.isNaN(value));

function scaled(series: CandleSeries, factor: number): CandleSeries {
  const by = (column: Float64Array) => column.map((value) => value * factor);
  return {
    ...series,
    open: by(series.open),
    high: by(series.high),
    low: by(series.low),
    close: by(series.close),
  };
}

describe('the hot set', () => {
  it('never changes an earlier value when a bar is added', () => {
    fc.assert(
      fc.property(walk, (series) => {
        const whole = computeIndicatorFrame(series);
        const before = computeIndicatorFrame(sliceSeries(series, 0, series.length - 1));
        for (const key of INDICATOR_KEYS)
          expect(isSame(whole[key].subarray(0, -1), before[key]), key).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('scales averages and ranges with the price, and leaves RSI as it is', () => {
    fc.assert(
      fc.property(walk, fc.integer({ min: -20, max: 20 }), (series, exponent) => {
        // A power of two scales without rounding, so the results have to agree to the last bit.
        const factor = 2 ** exponent;
        const other = scaled(series, factor);
        const times = (column: Float64Array) => column.map((value) => value * factor);
        expect(isSame(sma(other.close, 20), times(sma(series.close, 20)))).toBe(true);
        expect(isSame(ema(other.close, 21), times(ema(series.close, 21)))).toBe(true);
        const ranges = atr(series.high, series.low, series.close, 14);
        expect(isSame(atr(other.high, other.low, other.close, 14), times(ranges))).toBe(true);
        expect(isSame(rsi(other.close, 14), rsi(series.close, 14))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps RSI within 0 and 100 and past its warm-up', () => {
    fc.assert(
      fc.property(prices, period, (values, length) => {
        const column = rsi(values, length);
        expect(finite(column)).toHaveLength(Math.max(0, values.length - length));
        expect(finite(column).every((value) => value >= 0 && value <= 100)).toBe(true);
      }),
    );
  });

  it('keeps the Bollinger bands in order', () => {
    fc.assert(
      fc.property(prices, period, (values, length) => {
        const bands = bollinger(values, length);
        for (let i = length - 1; i < values.length; i++) {
          expect(bands.lower[i]!).toBeLessThanOrEqual(bands.middle[i]!);
          expect(bands.middle[i]!).toBeLessThanOrEqual(bands.upper[i]!);
        }
      }),
    );
  });

  it('keeps averages between the lowest and the highest value they have seen', () => {
    fc.assert(
      fc.property(prices, period, (values, length) => {
        const highest = Math.max(...values);
        const slack = highest * 1e-12;
        for (const column of [sma(values, length), ema(values, length)]) {
          for (const value of finite(column)) {
            expect(value).toBeGreaterThanOrEqual(Math.min(...values) - slack);
            expect(value).toBeLessThanOrEqual(highest + slack);
          }
        }
      }),
    );
  });

  it('agrees with a window summed from scratch, wherever the sums were anchored', () => {
    fc.assert(
      fc.property(walk, period, (series, length) => {
        const average = sma(series.close, length);
        for (let i = length - 1; i < series.length; i += 37) {
          const window = [...series.close.subarray(i - length + 1, i + 1)];
          const expected = window.reduce((sum, value) => sum + value, 0) / length;
          expect(Math.abs(average[i]! - expected)).toBeLessThanOrEqual(expected * 1e-12);
        }
      }),
    );
  });

  it('never gives a negative ATR', () => {
    fc.assert(
      fc.property(walk, period, ({ high, low, close }, length) => {
        expect(finite(atr(high, low, close, length)).every((value) => value >= 0)).toBe(true);
      }),
    );
  });
});
