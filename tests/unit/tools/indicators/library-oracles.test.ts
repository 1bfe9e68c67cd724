import * as library from 'technicalindicators';
import { ATR, BollingerBands, EMA, RSI, SMA } from 'trading-signals';
import { describe, expect, it } from 'vitest';
import { atr } from '#tools/indicators/atr.ts';
import { bollinger } from '#tools/indicators/bollinger.ts';
import { ema } from '#tools/indicators/ema.ts';
import { macd } from '#tools/indicators/macd.ts';
import { rsi } from '#tools/indicators/rsi.ts';
import { sma } from '#tools/indicators/sma.ts';
import { cumulativeVwap } from '#tools/indicators/vwap.ts';
import { expectSameTail } from './expect-columns.ts';
import { wanderingSeries } from './made-series.ts';

const series = wanderingSeries(1_500, 42);
const prices = {
  high: [...series.high],
  low: [...series.low],
  close: [...series.close],
  volume: [...series.volume],
};

describe('technicalindicators on the same 1,500 bars', () => {
  it.each([1, 9, 50, 300])('agrees on SMA and EMA of %i', (period) => {
    expectSameTail(sma(series.close, period), library.sma({ period, values: prices.close }), 1e-11);
    expectSameTail(ema(series.close, period), library.ema({ period, values: prices.close }), 1e-11);
  });

  it('agrees on MACD with exponential averages', () => {
    const rows = library.macd({
      values: prices.close,
      fastPeriod: 12,
      slowPeriod: 26,
      signalPeriod: 9,
      SimpleMAOscillator: false,
      SimpleMASignal: false,
    });
    const columns = macd(series.close);
    const pick = (key: 'MACD' | 'signal' | 'histogram', from: number) =>
      rows.slice(from).map((row) => row[key] ?? Number.NaN);
    expectSameTail(columns.macd, pick('MACD', 0), 1e-9);
    expectSameTail(columns.signal, pick('signal', 8), 1e-9);
    expectSameTail(columns.histogram, pick('histogram', 8), 1e-9);
  });

  it('agrees on RSI within the two decimals it rounds to', () => {
    const expected = library.rsi({ period: 14, values: prices.close });
    const actual = rsi(series.close, 14).subarray(14);
    expect(expected).toHaveLength(actual.length);
    expected.forEach((value, index) => {
      expect(Math.abs(actual[index]! - value)).toBeLessThanOrEqual(0.005 + 1e-9);
    });
  });

  it('agrees on ATR, Bollinger and the VWAP from the first bar', () => {
    expectSameTail(
      atr(series.high, series.low, series.close, 14),
      library.atr({ ...prices, period: 14 }),
      1e-11,
    );
    const rows = library.bollingerbands({ period: 20, stdDev: 2, values: prices.close });
    const bands = bollinger(series.close);
    expectSameTail(
      bands.upper,
      rows.map((row) => row.upper),
      1e-9,
    );
    expectSameTail(
      bands.middle,
      rows.map((row) => row.middle),
      1e-9,
    );
    expectSameTail(
      bands.lower,
      rows.map((row) => row.lower),
      1e-9,
    );
    expectSameTail(cumulativeVwap(series), library.vwap(prices), 1e-9);
  });
});

describe('trading-signals on the same 1,500 bars', () => {
  const withoutWarmUp = <Result>(results: readonly (Result | null)[]) =>
    results.filter((result): result is Result & {} => result !== null);

  it('agrees on SMA, RSI and Bollinger', () => {
    expectSameTail(sma(series.close, 20), withoutWarmUp(new SMA(20).updates(prices.close)), 1e-10);
    expectSameTail(rsi(series.close, 14), withoutWarmUp(new RSI(14).updates(prices.close)), 1e-9);
    const bands = bollinger(series.close);
    const expected = withoutWarmUp(new BollingerBands(20, 2).updates(prices.close));
    expectSameTail(
      bands.upper,
      expected.map(({ upper }) => upper),
      1e-9,
    );
    expectSameTail(
      bands.lower,
      expected.map(({ lower }) => lower),
      1e-9,
    );
  });

  it('agrees on EMA and ATR once their other seeds have faded', () => {
    const faded = 1_000;
    const averages = withoutWarmUp(new EMA(20).updates(prices.close)).slice(-500);
    expectSameTail(ema(series.close, 20).slice(faded), averages, 1e-9);
    const bars = prices.close.map((close, i) => ({ high: prices.high[i]!, low: prices.low[i]!, close }));
    const ranges = withoutWarmUp(new ATR(14).updates(bars)).slice(-500);
    expectSameTail(atr(series.high, series.low, series.close, 14).slice(faded), ranges, 1e-9);
  });
});
