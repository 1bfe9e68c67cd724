import { describe, expect, it } from 'vitest';
import { atr } from '#tools/indicators/atr.ts';
import { bollinger } from '#tools/indicators/bollinger.ts';
import { ema } from '#tools/indicators/ema.ts';
import { computeIndicatorFrame } from '#tools/indicators/indicator-frame.ts';
import { adx, cci, ichimoku, obv, psar, stochastic, williamsR } from '#tools/indicators/long-tail.ts';
import { macd } from '#tools/indicators/macd.ts';
import { rsi } from '#tools/indicators/rsi.ts';
import { sma } from '#tools/indicators/sma.ts';
import { cumulativeVwap, sessionVwap } from '#tools/indicators/vwap.ts';
import { expectSameColumns, expectSameTail } from './expect-columns.ts';
import { wanderingSeries } from './made-series.ts';
import { missingVectors, skenderCall, skenderQuotes, skenderResult, tulipCase } from './shared-vectors.ts';

const title = (name: string) => (missingVectors === null ? name : `${name} (skipped: ${missingVectors})`);

describe.skipIf(missingVectors !== null)(title('Skender vectors over 502 daily bars'), () => {
  it.each([
    ['sma', 'ToSma(20)'],
    ['ema', 'ToEma(20)'],
    ['macd', 'ToMacd(12, 26, 9)'],
    ['rsi', 'ToRsi(14)'],
    ['atr', 'ToAtr(14)'],
    ['bb', 'ToBollingerBands(20, 2)'],
    ['vwap', 'ToVwap()'],
  ])('were made for %s by the call %s', (indicator, call) => {
    expect(skenderCall(indicator)).toBe(call);
  });

  it('match SMA 20 on every bar', () => {
    expectSameColumns(sma(skenderQuotes().close, 20), skenderResult('sma', 'sma'));
  });

  it('match EMA 20 on every bar', () => {
    expectSameColumns(ema(skenderQuotes().close, 20), skenderResult('ema', 'ema'));
  });

  it('match the MACD line, signal and histogram on every bar', () => {
    const columns = macd(skenderQuotes().close);
    expectSameColumns(columns.macd, skenderResult('macd', 'macd'));
    expectSameColumns(columns.signal, skenderResult('macd', 'signal'));
    expectSameColumns(columns.histogram, skenderResult('macd', 'histogram'));
  });

  it('match RSI 14 on every bar', () => {
    expectSameColumns(rsi(skenderQuotes().close, 14), skenderResult('rsi', 'rsi'));
  });

  it('match ATR 14 on every bar', () => {
    const { high, low, close } = skenderQuotes();
    expectSameColumns(atr(high, low, close, 14), skenderResult('atr', 'atr'));
  });

  it('match the three Bollinger bands on every bar', () => {
    const bands = bollinger(skenderQuotes().close);
    expectSameColumns(bands.upper, skenderResult('bb', 'upperBand'));
    expectSameColumns(bands.middle, skenderResult('bb', 'sma'));
    expectSameColumns(bands.lower, skenderResult('bb', 'lowerBand'));
  });

  it('match the VWAP anchored at the first bar', () => {
    expectSameColumns(cumulativeVwap(skenderQuotes()), skenderResult('vwap', 'vwap'));
  });

  it('match the frame, whose columns are these same sequences', () => {
    const frame = computeIndicatorFrame(skenderQuotes());
    expectSameColumns(frame.ema20, skenderResult('ema', 'ema'));
    expectSameColumns(frame.rsi14, skenderResult('rsi', 'rsi'));
    expectSameColumns(frame.atr14, skenderResult('atr', 'atr'));
    expectSameColumns(frame.macdHistogram, skenderResult('macd', 'histogram'));
    expectSameColumns(frame.bollingerUpper, skenderResult('bb', 'upperBand'));
    expectSameColumns(frame.bollingerLower, skenderResult('bb', 'lowerBand'));
    expectSameColumns(frame.vwap, sessionVwap(skenderQuotes()));
  });

  it('match ADX 14 and its directional indicators', () => {
    const columns = adx(skenderQuotes(), 14);
    const from = columns.adx.findIndex((value) => !Number.isNaN(value));
    expectSameColumns(columns.adx, skenderResult('adx', 'adx'), 1e-9);
    expectSameTail(columns.plusDi, skenderResult('adx', 'pdi').subarray(from), 1e-9);
    expectSameTail(columns.minusDi, skenderResult('adx', 'mdi').subarray(from), 1e-9);
  });

  it('match the stochastic, whose slow line is the fast one averaged', () => {
    expectSameColumns(stochastic(skenderQuotes(), 14, 3).d, skenderResult('stoch', 'oscillator'), 1e-9);
  });

  it('match CCI 20, Williams %R 14 and on-balance volume', () => {
    expectSameColumns(cci(skenderQuotes(), 20), skenderResult('cci', 'cci'), 1e-9);
    expectSameColumns(williamsR(skenderQuotes(), 14), skenderResult('willr', 'williamsR'), 1e-9);
    expectSameColumns(obv(skenderQuotes()), skenderResult('obv', 'obv'));
  });

  it('match Ichimoku, whose spans a chart shifts by 26 bars', () => {
    const columns = ichimoku(skenderQuotes());
    expectSameTail(columns.conversion, skenderResult('ichimoku', 'tenkanSen').subarray(51), 1e-9);
    expectSameTail(columns.base, skenderResult('ichimoku', 'kijunSen').subarray(51), 1e-9);
    const shifted = skenderResult('ichimoku', 'senkouSpanB').length - 26;
    expectSameTail(
      columns.spanA.slice(0, shifted),
      skenderResult('ichimoku', 'senkouSpanA').subarray(77),
      1e-9,
    );
    expectSameTail(
      columns.spanB.slice(0, shifted),
      skenderResult('ichimoku', 'senkouSpanB').subarray(77),
      1e-9,
    );
  });
});

// Printed with three or four decimals; Tulip seeds EMA and ATR otherwise, so those are held to Skender alone.
describe.skipIf(missingVectors !== null)(title('Tulip vectors'), () => {
  const PRINTED = 1e-4;

  it.each(['atoz.txt', 'untest.txt'])('match SMA 5 of %s', (file) => {
    const [values, expected] = tulipCase(file, 'sma 5');
    expectSameTail(sma(values!, 5), expected!, PRINTED);
  });

  it.each(['atoz.txt', 'untest.txt'])('match RSI 5 of %s', (file) => {
    const [values, expected] = tulipCase(file, 'rsi 5');
    expectSameTail(rsi(values!, 5), expected!, PRINTED);
  });

  it.each(['atoz.txt', 'untest.txt'])('match Bollinger (5, 2) of %s', (file) => {
    const [values, lower, middle, upper] = tulipCase(file, 'bbands 5 2');
    const bands = bollinger(values!, 5, 2);
    expectSameTail(bands.lower, lower!, PRINTED);
    expectSameTail(bands.middle, middle!, PRINTED);
    expectSameTail(bands.upper, upper!, PRINTED);
  });

  it('match the parabolic SAR (0.02, 0.2) from the second bar on', () => {
    const [high, low, expected] = tulipCase('atoz.txt', 'psar .02 .2');
    const series = { ...wanderingSeries(high!.length, 1), high: high!, low: low! };
    expectSameTail(psar(series).slice(1), expected!, PRINTED);
  });
});
