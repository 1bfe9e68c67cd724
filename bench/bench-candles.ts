import type { CandleSeries } from '#domain/candle.ts';
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
  const random = mulberry32(seed);
  const columns = Array.from({ length: 6 }, () => new Float64Array(length));
  const [openAtMs, open, high, low, close, volume] = columns as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
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
  return { symbol, timeframe, length, openAtMs, open, high, low, close, volume };
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
