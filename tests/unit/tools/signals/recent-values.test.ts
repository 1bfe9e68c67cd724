import { expect, it } from 'vitest';
import { sliceSeries } from '#domain/candle.ts';
import type { SymbolMarket } from '#domain/market.ts';
import { TIMEFRAME_MS } from '#domain/time.ts';
import { createGeneratorMarket, DEFAULT_START_AT_MS } from '#exchanges/generator/generator-market.ts';
import { computeIndicatorFrame } from '#tools/indicators/indicator-frame.ts';
import { lastReadings } from '#tools/signals/last-readings.ts';
import { recentValues } from '#tools/signals/recent-values.ts';

const BTC = 'BTC/USDT:USDT';

async function btcMarket(): Promise<SymbolMarket> {
  const market = createGeneratorMarket({ seed: 5, symbols: [BTC], barsPerSeries: 150 });
  const asked = { symbols: [BTC], asOfMs: DEFAULT_START_AT_MS, barsPerSeries: 150, snapshotId: 's' };
  const found = (await market.snapshot(asked)).markets.get(BTC);
  if (found === undefined) throw new Error('the generator has no BTC');
  return found;
}

it('tells the tail of each column, oldest first, on every timeframe', async () => {
  const market = await btcMarket();
  const recent = recentValues(market);
  expect(new Set(recent.map(({ timeframe }) => timeframe))).toEqual(new Set(['3m', '15m', '1h', '4h']));
  for (const { key, timeframe, values, newestAtMs } of recent) {
    const series = market.series.get(timeframe);
    if (series === undefined) throw new Error(`no ${timeframe}`);
    const frame = computeIndicatorFrame(series);
    const column = key === 'close' ? series.close : frame[key as 'rsi14'];
    expect(values).toEqual([...column].slice(-8));
    expect(newestAtMs).toBe((series.openAtMs.at(-1) ?? 0) + TIMEFRAME_MS[timeframe]);
  }
});

it('ends with what the readings give as the newest value', async () => {
  const market = await btcMarket();
  const frames = new Map(
    [...market.series].map(([timeframe, series]) => [timeframe, computeIndicatorFrame(series)]),
  );
  const readings = new Map(
    lastReadings(market, frames).map(({ key, timeframe, value }) => [`${key}@${timeframe}`, value]),
  );
  for (const { key, timeframe, values } of recentValues(market))
    expect(values.at(-1)).toBe(readings.get(`${key}@${timeframe}`));
});

it('says that what warms up is not known, and is as short as the candles are', async () => {
  const market = await btcMarket();
  const fast = market.series.get('3m');
  if (fast === undefined) throw new Error('no 3m');
  const young = { ...market, series: new Map([['3m' as const, sliceSeries(fast, 0, 5)]]) };
  const valuesOf = (key: string) => recentValues(young).find((recent) => recent.key === key)?.values;
  expect(valuesOf('close')).toEqual([...fast.close.slice(0, 5)]);
  expect(valuesOf('rsi14')).toEqual([null, null, null, null, null]);
  const empty = { ...market, series: new Map([['3m' as const, sliceSeries(fast, 0, 0)]]) };
  expect(recentValues(empty)).toEqual([]);
});

it('measures a market once for each number of bars, and another one anew', async () => {
  const market = await btcMarket();
  expect(recentValues(market)).toBe(recentValues(market));
  expect(recentValues(market, 3)[0]?.values).toEqual(recentValues(market)[0]?.values.slice(-3));
  const fast = market.series.get('3m');
  if (fast === undefined) throw new Error('no 3m');
  const before = { ...market, series: new Map([['3m' as const, sliceSeries(fast, 0, fast.length - 1)]]) };
  expect(recentValues(before)[0]?.values.at(-1)).toBe(fast.close.at(-2));
});
