import { type Candle, type CandleSeries, seriesOf } from '#domain/candle.ts';
import { seededRandom } from '#domain/ids.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';

export const MONDAY_MS = Date.UTC(2025, 3, 7);

interface SeriesShape {
  readonly symbol?: MarketSymbol;
  readonly timeframe?: Timeframe;
  readonly openAtMs?: number;
}

/** Bars that open where the last one closed, with wicks of 0.1 % and volume 100, changed by `shape` where given. */
export function seriesFromCloses(
  closes: readonly number[],
  { symbol = 'BTC/USDT:USDT', timeframe = '15m', openAtMs = MONDAY_MS }: SeriesShape = {},
  shape: (bar: Candle, index: number) => Candle = (bar) => bar,
): CandleSeries {
  const rows = closes.map((close, index) => {
    const open = closes[index - 1] ?? close;
    const bar = {
      openAtMs: openAtMs + index * TIMEFRAME_MS[timeframe],
      open,
      high: Math.max(open, close) * 1.001,
      low: Math.min(open, close) * 0.999,
      close,
      volume: 100,
    };
    return shape(bar, index);
  });
  return seriesOf(symbol, timeframe, rows);
}

/** A seeded walk with wicks and volumes of uneven size; the same seed gives the same bars. */
export function wanderingSeries(length: number, seed: number, shape: SeriesShape = {}): CandleSeries {
  const random = seededRandom(seed).next;
  let logPrice = Math.log(50_000);
  const closes = Array.from({ length }, () => {
    logPrice += (random() - 0.5) * 0.01;
    return Math.exp(logPrice);
  });
  return seriesFromCloses(closes, shape, (bar) => ({
    ...bar,
    high: bar.high * (1 + random() * 0.003),
    low: bar.low * (1 - random() * 0.003),
    volume: 10 + random() * 90,
  }));
}
