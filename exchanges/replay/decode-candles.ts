import type { CandleSeries } from '#domain/candle.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { isoTime, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { CsvReader, shown } from './csv-reader.ts';

const HEADER = ['open_time', 'open', 'high', 'low', 'close', 'volume'] as const;
/** No line that holds six numbers, the first of them a time in milliseconds, is shorter. */
const SHORTEST_LINE_BYTES = 24;
/** Binance's dumps count microseconds since 2025 (spot); 1e14 ms would be the year 5138. */
const FIRST_MICROSECONDS = 1e14;
const FIRST_MILLISECONDS = 1e11;

/**
 * Columns of a CSV of candles: with the header `open_time,open,high,low,close,volume[,…]`, or without one as Binance
 * publishes them. Times in milliseconds or microseconds. Prices are taken as they are: `validateSeries` judges them.
 * @throws AppError `candle_file_malformed` for a bad number, a wrong column count, and bars that are unaligned,
 * repeated or out of order
 */
export function decodeCandles(
  bytes: Buffer,
  file: { readonly name: string; readonly symbol: MarketSymbol; readonly timeframe: Timeframe },
): CandleSeries {
  const csv = new CsvReader(bytes, file.name);
  const columns = readHeader(csv);
  const capacity = Math.ceil(bytes.length / SHORTEST_LINE_BYTES);
  const openAtMs = new Float64Array(capacity);
  const open = new Float64Array(capacity);
  const high = new Float64Array(capacity);
  const low = new Float64Array(capacity);
  const close = new Float64Array(capacity);
  const volume = new Float64Array(capacity);
  const widthMs = TIMEFRAME_MS[file.timeframe];
  let length = 0;
  let previousMs = 0;
  while (!csv.atEnd()) {
    const atMs = readTime(csv);
    if (atMs % widthMs !== 0)
      throw csv.malformed(`bar ${isoTime(atMs)} is not aligned to ${file.timeframe} (${widthMs} ms)`);
    if (atMs <= previousMs) throw csv.malformed(orderReason(atMs, previousMs));
    previousMs = atMs;
    openAtMs[length] = atMs;
    csv.comma(columns, 1);
    open[length] = csv.number('open');
    csv.comma(columns, 2);
    high[length] = csv.number('high');
    csv.comma(columns, 3);
    low[length] = csv.number('low');
    csv.comma(columns, 4);
    close[length] = csv.number('close');
    csv.comma(columns, 5);
    volume[length] = csv.number('volume');
    csv.endLine(columns, HEADER.length);
    length += 1;
  }
  if (length === 0) throw csv.malformed('there is no candle in the file');
  return {
    symbol: file.symbol,
    timeframe: file.timeframe,
    length,
    openAtMs: openAtMs.slice(0, length),
    open: open.slice(0, length),
    high: high.slice(0, length),
    low: low.slice(0, length),
    close: close.slice(0, length),
    volume: volume.slice(0, length),
  };
}

/** Steps over the header, where there is one, and gives the number of columns every line must have. */
function readHeader(csv: CsvReader): number {
  if (csv.atEnd()) throw csv.malformed('the file is empty');
  const fields = csv.peekFields(HEADER);
  if (fields.length < HEADER.length)
    throw csv.malformed(`${fields.length} columns, expected at least ${HEADER.length}: ${HEADER.join(',')}`);
  if (/^\d/.test(fields[0]!)) return fields.length;
  if (HEADER.some((name, column) => fields[column]?.toLowerCase() !== name))
    throw csv.malformed(
      `the header begins with "${shown(fields.slice(0, HEADER.length).join(','), 120)}", expected ${HEADER.join(',')}`,
    );
  csv.skipLine();
  return fields.length;
}

function readTime(csv: CsvReader): number {
  const value = csv.number('open_time');
  const atMs = value >= FIRST_MICROSECONDS ? value / 1_000 : value;
  if (!Number.isInteger(atMs) || atMs < FIRST_MILLISECONDS || atMs >= FIRST_MICROSECONDS)
    throw csv.malformed(`open_time ${value} is not a time in milliseconds or microseconds`);
  return atMs;
}

function orderReason(atMs: number, previousMs: number): string {
  return atMs === previousMs
    ? `duplicate bar ${isoTime(atMs)}`
    : `bar ${isoTime(atMs)} is out of order: it follows ${isoTime(previousMs)}`;
}
