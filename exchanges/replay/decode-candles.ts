import { type BarColumns, blankColumns, type CandleSeries } from '#domain/candle.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { isoTime, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { CsvReader, shown } from './csv-reader.ts';

const HEADER = ['open_time', 'open', 'high', 'low', 'close', 'volume'] as const;
/** No line that holds six numbers, the first of them a time in milliseconds, is shorter. */
const SHORTEST_LINE_BYTES = 24;
const NEWLINE = 10;
/** Binance's dumps count microseconds since 2025 (spot); 1e14 ms would be the year 5138. */
const FIRST_MICROSECONDS = 1e14;
const FIRST_MILLISECONDS = 1e11;

export interface BarFile {
  readonly name: string;
  /** As messages say it, such as `5m` or `1s`. */
  readonly interval: string;
  readonly intervalMs: number;
}

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
  const { name, symbol, timeframe } = file;
  const decoder = createBarDecoder({ name, interval: timeframe, intervalMs: TIMEFRAME_MS[timeframe] });
  const columns = decoder.decode(bytes);
  decoder.end();
  return { symbol, timeframe, ...columns };
}

/** Decodes a file piece by piece, each piece whole lines; the rules are those of `decodeCandles`. */
export interface BarDecoder {
  decode(lines: Buffer): BarColumns;
  /** @throws AppError `candle_file_malformed` when there was no bar in any piece */
  end(): void;
}

export function createBarDecoder({ name, interval, intervalMs }: BarFile): BarDecoder {
  let columns: number | null = null;
  let previousMs = 0;
  let line = 1;
  return {
    decode(lines) {
      const csv = new CsvReader(lines, name, line);
      columns ??= readHeader(csv);
      const bars = blankColumns(mostBars(lines));
      let length = 0;
      while (!csv.atEnd()) {
        const atMs = readTime(csv);
        if (atMs % intervalMs !== 0)
          throw csv.malformed(`bar ${isoTime(atMs)} is not aligned to ${interval} (${intervalMs} ms)`);
        if (atMs <= previousMs) throw csv.malformed(orderReason(atMs, previousMs));
        previousMs = atMs;
        readBar(csv, columns, bars, length, atMs);
        length += 1;
      }
      line = csv.line;
      return firstBars(bars, length);
    },
    end() {
      if (previousMs === 0)
        throw new CsvReader(Buffer.alloc(0), name, line).malformed('there is no candle in the file');
    },
  };
}

function readBar(csv: CsvReader, columns: number, into: BarColumns, at: number, atMs: number): void {
  into.openAtMs[at] = atMs;
  csv.comma(columns, 1);
  into.open[at] = csv.number('open');
  csv.comma(columns, 2);
  into.high[at] = csv.number('high');
  csv.comma(columns, 3);
  into.low[at] = csv.number('low');
  csv.comma(columns, 4);
  into.close[at] = csv.number('close');
  csv.comma(columns, 5);
  into.volume[at] = csv.number('volume');
  csv.endLine(columns, HEADER.length);
}

/** At most; of a file of nothing but line ends fewer. A last line without an end counts too. */
function mostBars(bytes: Buffer): number {
  let count = 1;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return Math.min(count, Math.ceil(bytes.length / SHORTEST_LINE_BYTES));
}

/** A header and what follows the last line end hold no bar: the columns are cut where they are, and not copied. */
function firstBars(bars: BarColumns, length: number): BarColumns {
  return {
    length,
    openAtMs: bars.openAtMs.subarray(0, length),
    open: bars.open.subarray(0, length),
    high: bars.high.subarray(0, length),
    low: bars.low.subarray(0, length),
    close: bars.close.subarray(0, length),
    volume: bars.volume.subarray(0, length),
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
