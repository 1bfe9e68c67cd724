import { describe, expect, it } from 'vitest';
import type { CandleSeries } from '#domain/candle.ts';
import { seriesFromCloses, wanderingSeries } from '#tests/unit/tools/indicators/made-series.ts';
import { framesOf, marketOf } from '#tests/unit/tools/signals/made-market.ts';
import { assessRegime, volatilityRatio } from '#tools/regime/assess-regime.ts';
import { chooseTimeframe } from '#tools/regime/choose-timeframe.ts';
import { correlationOf, returnCorrelation } from '#tools/regime/correlation.ts';

const path = (length: number, priceAt: (index: number) => number) =>
  Array.from({ length }, (_, index) => priceAt(index));
const climb = path(200, (i) => 100 * 1.004 ** i);

function regimeOf(series: CandleSeries, btc: CandleSeries | null = null) {
  const market = marketOf(series);
  return assessRegime(market, framesOf(market), btc === null ? null : marketOf(btc));
}

describe('trend', () => {
  it('is bull while the 4h average climbs below the price, bear while it falls above it', () => {
    expect(regimeOf(seriesFromCloses(climb, { timeframe: '4h' })).trend).toBe('bull');
    expect(regimeOf(seriesFromCloses([...climb].reverse(), { timeframe: '4h' })).trend).toBe('bear');
  });

  it('is sideways while the price swings around a level', () => {
    const swing = path(200, (i) => 100 + 3 * Math.sin(i / 2));
    expect(regimeOf(seriesFromCloses(swing, { timeframe: '4h' })).trend).toBe('sideways');
  });

  it('is sideways when the price has fallen through an average that still climbs', () => {
    expect(regimeOf(seriesFromCloses([...climb, climb[150]!], { timeframe: '4h' })).trend).toBe('sideways');
  });

  it('is sideways in a motionless market and unknown before the average has a slope', () => {
    expect(regimeOf(seriesFromCloses(Array<number>(200).fill(5), { timeframe: '4h' })).trend).toBe(
      'sideways',
    );
    expect(regimeOf(seriesFromCloses(climb.slice(0, 59), { timeframe: '4h' })).trend).toBe('unknown');
    expect(regimeOf(seriesFromCloses(climb.slice(0, 60), { timeframe: '4h' })).trend).toBe('bull');
  });

  it('is told from the 4h bars even when finer ones point the other way', () => {
    const market = marketOf(
      seriesFromCloses([...climb].reverse(), { timeframe: '1h' }),
      seriesFromCloses(climb, { timeframe: '4h' }),
    );
    expect(assessRegime(market, framesOf(market), null).trend).toBe('bull');
  });
});

describe('volatility', () => {
  const swings = (length: number, sizeAt: (index: number) => number) =>
    seriesFromCloses(
      path(length, (i) => 100 * Math.exp(i % 2 === 0 ? 0 : sizeAt(i))),
      { timeframe: '4h' },
    );

  it('is normal at an even pace, with a ratio of one', () => {
    const even = swings(541, () => 0.01);
    expect(volatilityRatio(even)).toBeCloseTo(1, 9);
    expect(regimeOf(even).volatility).toBe('normal');
  });

  it('is volatile when the last 30 days swing five times as wide', () => {
    // 360 quiet returns and 180 of five times the size: 5 / √((360 + 180 × 25) / 540).
    const wild = swings(541, (i) => (i > 360 ? 0.05 : 0.01));
    expect(volatilityRatio(wild)).toBeCloseTo(5 / Math.sqrt((360 + 180 * 25) / 540), 2);
    expect(regimeOf(wild).volatility).toBe('volatile');
  });

  it('is calm when the last 30 days swing a tenth as wide', () => {
    expect(regimeOf(swings(541, (i) => (i > 360 ? 0.001 : 0.01))).volatility).toBe('calm');
  });

  it('looks no further back than 90 days', () => {
    const even = swings(800, (i) => (i < 259 ? 0.2 : 0.01));
    expect(volatilityRatio(even)).toBeCloseTo(1, 9);
  });

  it('scales both windows to a shorter series and is unknown under 90 returns', () => {
    expect(volatilityRatio(swings(91, () => 0.01))).toBeCloseTo(1, 9);
    expect(volatilityRatio(swings(90, () => 0.01))).toBeNull();
    expect(regimeOf(swings(90, () => 0.01)).volatility).toBe('unknown');
  });

  it('is unknown in a motionless market', () => {
    expect(regimeOf(swings(200, () => 0))).toMatchObject({ volatilityRatio: null, volatility: 'unknown' });
  });
});

describe('btcCorrelation', () => {
  const btc = wanderingSeries(200, 1, { timeframe: '1h' });
  const eth = (closes: Float64Array, openAtMs = btc.openAtMs[0]!) =>
    seriesFromCloses([...closes], { symbol: 'ETH/USDT:USDT', timeframe: '1h', openAtMs });

  it('is 1 for a symbol that moves with BTC and −1 for its mirror', () => {
    expect(regimeOf(eth(btc.close.map((price) => price ** 1.5)), btc).btcCorrelation).toBeCloseTo(1, 9);
    expect(regimeOf(eth(btc.close.map((price) => 1 / price)), btc).btcCorrelation).toBeCloseTo(-1, 9);
  });

  it('is 1 for BTC itself, null without BTC and null for a motionless symbol', () => {
    expect(regimeOf(btc, btc).btcCorrelation).toBe(1);
    expect(regimeOf(btc, null).btcCorrelation).toBeNull();
    expect(regimeOf(eth(new Float64Array(200).fill(3)), btc).btcCorrelation).toBeNull();
  });

  it('pairs bars by open time, not by position', () => {
    const late = eth(btc.close.slice(10), btc.openAtMs[10]);
    expect(regimeOf(late, btc).btcCorrelation).toBeCloseTo(1, 9);
    const shifted = eth(btc.close.slice(0, 150), btc.openAtMs[30]);
    expect(Math.abs(regimeOf(shifted, btc).btcCorrelation ?? 1)).toBeLessThan(0.5);
  });

  it('leaves out returns over a bar that one side lacks', () => {
    const without = (index: number, column: Float64Array) => column.filter((_, i) => i !== index);
    const gapped = {
      ...btc,
      length: 199,
      openAtMs: without(100, btc.openAtMs),
      close: without(100, btc.close),
    };
    const pairs = { maxReturns: 500, minReturns: 197 };
    expect(returnCorrelation(gapped, btc, pairs)).toBeCloseTo(1, 9);
    expect(returnCorrelation(gapped, btc, { ...pairs, minReturns: 198 })).toBeNull();
  });

  it('is null with fewer common returns than asked for', () => {
    expect(regimeOf(eth(btc.close.slice(-36), btc.openAtMs[164]), btc).btcCorrelation).toBeNull();
  });

  it('is null for columns that do not vary and throws on unequal lengths', () => {
    expect(correlationOf(Float64Array.of(0.1, 0.1, 0.1), Float64Array.of(1, 2, 3))).toBeNull();
    expect(correlationOf(Float64Array.of(1), Float64Array.of(1))).toBeNull();
    expect(() => correlationOf(Float64Array.of(1, 2), Float64Array.of(1))).toThrow('right holds 1 values');
  });
});

describe('chooseTimeframe', () => {
  it('prefers the wanted, then the next coarser, then the coarsest of the finer', () => {
    expect(chooseTimeframe(['3m', '15m', '1h', '4h'], '1h')).toBe('1h');
    expect(chooseTimeframe(['1d', '5m', '4h'], '1h')).toBe('4h');
    expect(chooseTimeframe(['5m', '15m', '1m'], '1h')).toBe('15m');
    expect(chooseTimeframe([], '1h')).toBeNull();
  });
});
