import { describe, expect, it } from 'vitest';
import type { CandleSeries } from '#domain/candle.ts';
import { Signal, type Spike } from '#domain/signal.ts';
import type { Timeframe } from '#domain/time.ts';
import { seriesFromCloses, wanderingSeries } from '#tests/unit/tools/indicators/made-series.ts';
import { latest } from '#tools/indicators/indicator-frame.ts';
import { assessSymbol } from '#tools/signals/assess-symbol.ts';
import { shortlist } from '#tools/signals/shortlist.ts';
import { framesOf, marketOf } from './made-market.ts';

const atMs = Date.UTC(2025, 3, 20);
const path = (length: number, priceAt: (index: number) => number) =>
  Array.from({ length }, (_, index) => priceAt(index));
/** Zigzags upwards, so that RSI stays out of its bands while the averages stack. */
const climb = path(400, (i) => 100 * 1.001 ** i * (i % 2 === 0 ? 1 : 1.004));
const fall = [...climb].reverse();

function assess(series: readonly [CandleSeries, ...CandleSeries[]], fastTimeframe: Timeframe = '3m') {
  const market = marketOf(...series);
  return assessSymbol(market, framesOf(market), { btc: null, fastTimeframe, atMs });
}

const on = (timeframe: Timeframe, closes: readonly number[]) => seriesFromCloses(closes, { timeframe });
const flat = (timeframe: Timeframe) => on(timeframe, Array<number>(300).fill(100));

describe('assessSymbol', () => {
  it('fits its schema on wandering bars of four timeframes', () => {
    const timeframes = ['3m', '15m', '1h', '4h'] as const;
    const [first, ...others] = timeframes.map((timeframe, seed) => wanderingSeries(500, seed, { timeframe }));
    expect(() => Signal.parse(assess([first!, ...others]))).not.toThrow();
  });

  it('sums its readings to the score, each rule at most once', () => {
    for (let seed = 0; seed < 40; seed++) {
      const signal = assess([
        wanderingSeries(300, seed, { timeframe: '15m' }),
        wanderingSeries(300, seed + 100, { timeframe: '1h' }),
        wanderingSeries(300, seed + 200, { timeframe: '3m' }),
      ]);
      expect(signal.readings.reduce((sum, { points }) => sum + points, 0)).toBe(signal.score);
      expect(new Set(signal.readings.map(({ rule }) => rule)).size).toBe(signal.readings.length);
    }
  });

  it('buys what climbs on 1h above its VWAP on 15m, and sells the mirror', () => {
    const bought = assess([on('15m', climb), on('1h', climb)]);
    expect(bought).toMatchObject({ action: 'buy', strategy: 'weighted_points' });
    expect(bought.score).toBeGreaterThanOrEqual(3);
    expect(assess([on('15m', fall), on('1h', fall)]).action).toBe('sell');
  });

  it('holds in a motionless market, without confidence and without a spike', () => {
    const signal = assess([flat('3m'), flat('15m'), flat('1h'), flat('4h')]);
    expect(signal).toMatchObject({
      action: 'hold',
      score: 0,
      confidenceFraction: 0,
      readings: [],
      spikes: [],
    });
    expect(signal.reason).toContain('no rule votes');
  });

  it('reads direction on 1h and timing on 15m', () => {
    const { readings } = assess([on('15m', fall), on('1h', climb)]);
    expect(readings.find(({ rule }) => rule === 'ema_stack')).toMatchObject({ timeframe: '1h', points: 2 });
    expect(readings.find(({ rule }) => rule === 'vwap_side')).toMatchObject({ timeframe: '15m', points: -1 });
  });

  it('does not let 4h bars vote, but halves the confidence against their trend', () => {
    const series = [on('15m', climb), on('1h', climb)] as const;
    const alone = assess(series);
    const along = assess([...series, on('4h', climb)]);
    const against = assess([...series, on('4h', fall)]);
    expect(along.readings).toEqual(alone.readings);
    expect(against.readings).toEqual(alone.readings);
    expect(along.confidenceFraction).toBe(alone.confidenceFraction);
    expect(against.confidenceFraction).toBe(alone.confidenceFraction / 2);
    expect(against.reason).toContain('trend bear, against the score');
  });

  it('lets the next coarser timeframe stand in for a missing one', () => {
    expect(assess([on('1h', climb)], '1h').readings.every(({ timeframe }) => timeframe === '1h')).toBe(true);
    const stand = assess([on('15m', climb)], '15m').readings.find(({ rule }) => rule === 'ema_stack');
    expect(stand?.timeframe).toBe('15m');
  });

  it('takes spikes from the fast bars and says so', () => {
    const crash = on('3m', [...path(200, (i) => 100 + (i % 2) * 0.1), 92]);
    const signal = assess([crash, flat('15m'), flat('1h')]);
    expect(signal.spikes).toMatchObject([{ kind: 'price', direction: 'down', timeframe: '3m' }]);
    expect(signal.reason).toMatch(/price spike down on 3m, \d+\.\d robust sigmas/);
  });

  it('takes ATR from 1h, else the next coarser, and is null in warm-up', () => {
    const hourly = wanderingSeries(100, 1, { timeframe: '1h' });
    const fourHourly = wanderingSeries(100, 2, { timeframe: '4h' });
    const market = marketOf(hourly, fourHourly);
    expect(assess([hourly, fourHourly]).atrQuote).toBe(latest(framesOf(market).get('1h')!.atr14));
    expect(assess([fourHourly]).atrQuote).toBe(latest(framesOf(market).get('4h')!.atr14));
    expect(assess([wanderingSeries(10, 1, { timeframe: '1h' })]).atrQuote).toBeNull();
  });

  it('quotes each indicator of each timeframe once, null in warm-up', () => {
    const { indicators } = assess([wanderingSeries(20, 1, { timeframe: '15m' }), flat('1h')]);
    const names = indicators.map(({ key, timeframe }) => `${key}.${timeframe}`);
    expect(new Set(names).size).toBe(names.length);
    expect(indicators).toContainEqual({ key: 'ema50', timeframe: '15m', value: null });
    expect(indicators).toContainEqual({ key: 'rsi14', timeframe: '1h', value: 50 });
    expect(indicators).toContainEqual({ key: 'close', timeframe: '1h', value: 100 });
  });

  it('gives the same signal for the same candles', () => {
    const series = () => wanderingSeries(300, 4, { timeframe: '1h' });
    expect(assess([series()])).toEqual(assess([series()]));
  });
});

describe('shortlist', () => {
  const base = assess([flat('1h')]);
  const signal = (name: string, score: number, sigmas: readonly number[] = []): Signal => ({
    ...base,
    symbol: `${name}/USDT:USDT`,
    score,
    spikes: sigmas.map((robustSigmas) => ({
      symbol: `${name}/USDT:USDT`,
      timeframe: '3m',
      kind: 'price',
      direction: robustSigmas > 0 ? 'up' : 'down',
      robustSigmas,
      barOpenAtMs: 0,
    })),
  });
  const names = (signals: readonly Signal[]) => signals.map(({ symbol }) => symbol.split('/')[0]);

  it('keeps scores at the threshold on either side, and spikes of any score', () => {
    const kept = shortlist([signal('A', 2), signal('B', -3), signal('C', 0, [7]), signal('D', 3)], 10);
    expect(names(kept).sort()).toEqual(['B', 'C', 'D']);
  });

  it('puts the highest score first and counts a spike as three points', () => {
    expect(names(shortlist([signal('A', 4), signal('B', -5), signal('C', 3, [7])], 10))).toEqual([
      'C',
      'B',
      'A',
    ]);
  });

  it('breaks ties by the greater spike, then by symbol, whatever the order of the input', () => {
    const signals = [signal('D', 4), signal('C', 3, [-9]), signal('A', 4), signal('B', 3, [7])];
    const expected = ['C', 'B', 'A', 'D'];
    expect(names(shortlist(signals, 10))).toEqual(expected);
    expect(names(shortlist([...signals].reverse(), 10))).toEqual(expected);
  });

  it('keeps at most maxSubjects, and none for none', () => {
    expect(names(shortlist([signal('A', 4), signal('B', 5)], 1))).toEqual(['B']);
    expect(shortlist([signal('A', 4)], 0)).toEqual([]);
    expect(() => shortlist([], -1)).toThrow('maxSubjects -1');
  });

  it('leaves its input as it was', () => {
    const signals = [signal('A', 3), signal('B', 5)];
    shortlist(signals, 2);
    expect(names(signals)).toEqual(['A', 'B']);
  });

  it('takes in what was heard of its own symbol, on any timeframe, and names it in its reason', () => {
    const market = marketOf(flat('3m'), flat('1h'));
    const about = { timeframe: '1m', kind: 'price', direction: 'up', barOpenAtMs: atMs } as const;
    const own: Spike = { ...about, symbol: market.symbol, robustSigmas: 7 };
    const others = { ...own, symbol: 'GONE/USDT:USDT' };
    const backdrop = { btc: null, fastTimeframe: '3m', atMs, heardSpikes: [others, own, own] } as const;
    const signal = assessSymbol(market, framesOf(market), backdrop);
    expect(signal.spikes).toEqual([own]);
    expect(signal.reason).toContain('price spike up on 1m, 7.0 robust sigmas');
    expect(shortlist([signal], 5)).toEqual([signal]);
  });
});
