/** A seeded walk of a symbol on every timeframe a desk sees, built from its 15m bars. */
import { type Candle, type CandleSeries, candleAt, seriesOf } from '#domain/candle.ts';
import { seededRandom } from '#domain/ids.ts';
import { isoTime, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { buildTimeframe } from '#exchanges/candles/build-timeframe.ts';
import { BTC, ETH } from './agent-fixtures.ts';
import { type CandleFolder, candleCsv } from './candle-files.ts';

export const WALK_FROM_MS = Date.UTC(2025, 0, 1);
export const WALK_TIMEFRAMES: readonly Timeframe[] = ['15m', '1h', '4h'];

/** With stretches that rise, fall and stand still, so that every trend is there. */
export function walkCandles(symbol: string, bars: number, seed: number): CandleSeries {
  const random = seededRandom(seed);
  const widthMs = TIMEFRAME_MS['15m'];
  let price = 100;
  const rows: Candle[] = Array.from({ length: bars }, (_, i) => {
    const drift = Math.sin((i + seed * 37) / 300) * 0.001;
    const size = 0.002 + 0.004 * Math.abs(Math.sin(i / 900));
    const open = price;
    price *= 1 + drift + (random.next() - 0.5) * size;
    const high = Math.max(open, price) * (1 + random.next() * size);
    const low = Math.min(open, price) * (1 - random.next() * size);
    return { openAtMs: WALK_FROM_MS + i * widthMs, open, high, low, close: price, volume: 1 + random.next() };
  });
  return seriesOf(symbol, '15m', rows);
}

export function onEveryTimeframe(fine: CandleSeries): ReadonlyMap<Timeframe, CandleSeries> {
  return new Map(WALK_TIMEFRAMES.map((timeframe) => [timeframe, buildTimeframe(fine, timeframe)]));
}

/** Writes such walks of BTC and ETH as recorded candles. */
export async function writeWalks(folder: CandleFolder, bars: number): Promise<void> {
  const day = (atMs: number) => isoTime(atMs).slice(0, 10).replaceAll('-', '');
  const lastMs = WALK_FROM_MS + (bars - 1) * TIMEFRAME_MS['15m'];
  for (const [symbol, name, seed] of [
    [BTC, 'BTCUSDT', 5],
    [ETH, 'ETHUSDT', 6],
  ] as const) {
    const series = walkCandles(symbol, bars, seed);
    const rows = Array.from({ length: bars }, (_, i) => candleAt(series, i)!);
    const file = `BINANCEUSDM_${name}_15m_${day(WALK_FROM_MS)}_${day(lastMs)}.csv.gz`;
    await folder.write(file, candleCsv(rows));
  }
}
