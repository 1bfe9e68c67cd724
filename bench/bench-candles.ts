import { blankSeries, type CandleSeries } from '#domain/candle.ts';
import { seededRandom } from '#domain/ids.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';

const START_MS = Date.UTC(2025, 0, 1);

/** Seeded bars around a price of 50,000 that the walk is drawn back to; the same seed gives the same bars. */
export function benchCandles(
  length: number,
  seed: number,
  symbol: MarketSymbol = 'BTC/USDT:USDT',
  timeframe: Timeframe = '3m',
): CandleSeries {
  const random = seededRandom(seed).next;
  const series = blankSeries(symbol, timeframe, length);
  const { openAtMs, open, high, low, close, volume } = series;
  let log = 0;
  for (let i = 0; i < length; i++) {
    const before = 50_000 * Math.exp(log);
    log = log * 0.9995 + (random() - 0.5) * 0.006;
    const after = 50_000 * Math.exp(log);
    openAtMs[i] = START_MS + i * TIMEFRAME_MS[timeframe];
    open[i] = before;
    high[i] = Math.max(before, after) * (1 + random() * 0.002);
    low[i] = Math.min(before, after) * (1 - random() * 0.002);
    close[i] = after;
    volume[i] = 10 + random() * 90;
  }
  return series;
}
