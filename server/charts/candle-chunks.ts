/** Closed candles in pieces of one length, so that looking again, or a little further back, asks the market for no more. */
import { blankSeries, type CandleSeries, sliceSeries } from '#domain/candle.ts';
import { keepLatest } from '#domain/latest.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { barOpenAtMs, type EpochMs, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import type { CandleRequest } from '#exchanges/ports/market-data.ts';

const CHUNK_BARS = 500;
/** About 6 MB of candles. */
const CHUNKS_KEPT = 256;
const COLUMNS = ['openAtMs', 'open', 'high', 'low', 'close', 'volume'] as const;

export type ReadCandles = (request: CandleRequest) => Promise<CandleSeries>;

/** The same answers as `read`, for spans that end at the market's present or before. */
export function rememberCandles(read: ReadCandles): ReadCandles {
  const kept = keepLatest<string, Promise<CandleSeries>>(CHUNKS_KEPT);

  /** What failed or has a hole is asked for again: a venue may fill it. */
  function chunk(key: string, request: CandleRequest): Promise<CandleSeries> {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const series = read(request);
    kept.set(key, series);
    series.then(
      (bars) => bars.length < barsIn(request) && kept.delete(key),
      () => kept.delete(key),
    );
    return series;
  }

  return async ({ symbol, timeframe, fromMs, toMs }) => {
    const widthMs = TIMEFRAME_MS[timeframe];
    const chunkMs = CHUNK_BARS * widthMs;
    const firstMs = Math.max(0, Math.ceil(fromMs / widthMs) * widthMs);
    const endMs = barOpenAtMs(toMs, timeframe);
    const parts: Promise<CandleSeries>[] = [];
    for (let atMs = firstMs - (firstMs % chunkMs); atMs < endMs; atMs += chunkMs) {
      const untilMs = Math.min(atMs + chunkMs, endMs);
      const key = `${symbol} ${timeframe} ${atMs} ${untilMs}`;
      parts.push(chunk(key, { symbol, timeframe, fromMs: atMs, toMs: untilMs }));
    }
    return from(joined(symbol, timeframe, await Promise.all(parts)), firstMs);
  };
}

function barsIn({ timeframe, fromMs, toMs }: CandleRequest): number {
  return (toMs - fromMs) / TIMEFRAME_MS[timeframe];
}

function joined(symbol: MarketSymbol, timeframe: Timeframe, parts: readonly CandleSeries[]): CandleSeries {
  const whole = blankSeries(
    symbol,
    timeframe,
    parts.reduce((bars, { length }) => bars + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    for (const name of COLUMNS) whole[name].set(part[name], at);
    at += part.length;
  }
  return whole;
}

function from(series: CandleSeries, firstMs: EpochMs): CandleSeries {
  const first = series.openAtMs.findIndex((openAtMs) => openAtMs >= firstMs);
  return sliceSeries(series, first < 0 ? series.length : first);
}
