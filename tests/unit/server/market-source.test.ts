import { expect, it } from 'vitest';
import { HOUR_MS } from '#domain/time.ts';
import { readConfig } from '#server/config.ts';
import { openMarket } from '#server/engine/market-source.ts';
import { DEFAULT_THRESHOLDS, fallFromHigh } from '#tools/breaker/assess-breaker.ts';

it('lets a desk of the made-up market work for four days before the crash trips its breaker', async () => {
  const { market, startAtMs } = await openMarket(readConfig({}), {
    wallClock: { nowMs: () => 0 },
    barsPerSeries: 10,
  });
  const [btc = ''] = (await market.instruments()).map(({ symbol }) => symbol);
  const { windowMs, fallFraction } = DEFAULT_THRESHOLDS.falls.find(({ asset }) => asset === 'BTC')!;
  const worstFall = async (fromHour: number, toHour: number) => {
    let worst = 0;
    for (let hour = fromHour; hour < toHour; hour += 0.25) {
      const asOfMs = startAtMs + hour * HOUR_MS;
      const fromMs = asOfMs - windowMs;
      const candles = await market.candles({ symbol: btc, timeframe: '3m', fromMs, toMs: asOfMs });
      worst = Math.max(worst, fallFromHigh(candles, windowMs, asOfMs) ?? Number.NaN);
    }
    return worst;
  };
  expect(btc).toBe('BTC/USDT:USDT');
  expect(await worstFall(0, 96)).toBeLessThan(fallFraction * DEFAULT_THRESHOLDS.watchShare);
  expect(await worstFall(116, 118)).toBeGreaterThan(fallFraction);
});
