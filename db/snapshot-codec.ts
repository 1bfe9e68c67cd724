/**
 * A snapshot as bytes: a JSON head, then every candle column as little-endian doubles, deflated off the main thread.
 * Layout before deflating: magic `VGS1`, length of the head (uint32), head in UTF-8, zeros up to a multiple of 8, columns.
 */
import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import type { CandleSeries } from '#domain/candle.ts';
import { AppError } from '#domain/errors.ts';
import type { MarketSnapshot, SymbolMarket } from '#domain/market.ts';
import type { Timeframe } from '#domain/time.ts';

const MAGIC = 'VGS1';
const HEAD_AT = 8;
const DOUBLE_BYTES = 8;
const COLUMNS = ['openAtMs', 'open', 'high', 'low', 'close', 'volume'] as const;

const deflateBytes = promisify<Uint8Array, { level: number }, Buffer>(deflate);
const inflateBytes = promisify<Uint8Array, Buffer>(inflate);

type MarketHead = Omit<SymbolMarket, 'series'> & {
  readonly series: readonly { readonly timeframe: Timeframe; readonly length: number }[];
};
type Head = Omit<MarketSnapshot, 'markets'> & { readonly markets: readonly MarketHead[] };

export async function encodeSnapshot(snapshot: MarketSnapshot): Promise<Buffer> {
  const head = Buffer.from(JSON.stringify(headOf(snapshot)), 'utf8');
  const columnsAt = roundUpToDouble(HEAD_AT + head.length);
  const series = [...snapshot.markets.values()].flatMap((market) => [...market.series.values()]);
  const rows = series.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(columnsAt + rows * COLUMNS.length * DOUBLE_BYTES);
  bytes.set(Buffer.from(MAGIC, 'ascii'));
  new DataView(bytes.buffer).setUint32(MAGIC.length, head.length, true);
  bytes.set(head, HEAD_AT);
  const doubles = new Float64Array(bytes.buffer, columnsAt);
  let at = 0;
  for (const one of series)
    for (const column of COLUMNS) {
      doubles.set(one[column], at);
      at += one.length;
    }
  return deflateBytes(bytes, { level: 1 });
}

/** @throws AppError `internal` for bytes that `encodeSnapshot` did not make */
export async function decodeSnapshot(body: Uint8Array): Promise<MarketSnapshot> {
  const inflated = await inflateBytes(body).catch((cause: unknown) => {
    throw new AppError('internal', `a stored snapshot of ${body.length} bytes cannot be inflated`, { cause });
  });
  if (inflated.toString('ascii', 0, MAGIC.length) !== MAGIC)
    throw new AppError('internal', `a stored snapshot begins without ${MAGIC}`);
  const headLength = inflated.readUInt32LE(MAGIC.length);
  const head: Head = JSON.parse(inflated.toString('utf8', HEAD_AT, HEAD_AT + headLength));
  // A fresh copy: doubles need an aligned start, which the inflated buffer does not promise.
  const columns = new Uint8Array(inflated.subarray(roundUpToDouble(HEAD_AT + headLength)));
  const take = columnReader(new Float64Array(columns.buffer));
  const markets = head.markets.map((market) => ({
    ...market,
    series: new Map(
      market.series.map(({ timeframe, length }) => [
        timeframe,
        readSeries(market.symbol, timeframe, length, take),
      ]),
    ),
  }));
  return { ...head, markets: new Map(markets.map((market) => [market.symbol, market])) };
}

function headOf(snapshot: MarketSnapshot): Head {
  const markets = [...snapshot.markets.values()].map((market) => ({
    ...market,
    series: [...market.series.values()].map(({ timeframe, length }) => ({ timeframe, length })),
  }));
  return { ...snapshot, markets };
}

function readSeries(
  symbol: string,
  timeframe: Timeframe,
  length: number,
  take: (length: number) => Float64Array,
): CandleSeries {
  return {
    symbol,
    timeframe,
    length,
    openAtMs: take(length),
    open: take(length),
    high: take(length),
    low: take(length),
    close: take(length),
    volume: take(length),
  };
}

/** Hands out the columns one after the other, as views of the same memory. */
function columnReader(doubles: Float64Array): (length: number) => Float64Array {
  let at = 0;
  return (length) => {
    at += length;
    return doubles.subarray(at - length, at);
  };
}

function roundUpToDouble(length: number): number {
  return Math.ceil(length / DOUBLE_BYTES) * DOUBLE_BYTES;
}
