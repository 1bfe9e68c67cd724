/** Candles of venues, and which spans of each series have been read to the end. */
import type { CandleSeries } from '#domain/candle.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { intersectSpans, joinSpans, type TimeSpan } from '#domain/time-span.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';

export interface CandleKey {
  /** The id of the exchange in ccxt. */
  readonly venue: string;
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
}

export interface CandleCoverage {
  /** Read to the end: what has no bar in here, the venue does not have. */
  readonly read: readonly TimeSpan[];
  /** Bars without a hole between them, each list of them as one span. */
  readonly bars: readonly TimeSpan[];
}

const COLUMNS = ['openAtMs', 'open', 'high', 'low', 'close', 'volume'] as const;
const DOUBLE_BYTES = 8;

export type CandleRepository = ReturnType<typeof createCandleRepository>;

export function createCandleRepository(database: Database) {
  const { sql } = database;

  return defineRepository(database, {
    /**
     * Stores the bars together with the span that has thereby been read to the end, which may be empty. A bar that
     * stands there already gives way.
     */
    async save(venue: string, series: CandleSeries, read: TimeSpan): Promise<void> {
      const { symbol, timeframe } = series;
      const column = (name: (typeof COLUMNS)[number]) => Array.from(series[name]);
      await sql.begin(async (transaction) => {
        // Two writers of one series take turns, or each would join the spans without the other's.
        await transaction`
          select pg_advisory_xact_lock(hashtextextended(${`candles:${venue} ${symbol} ${timeframe}`}, 0))`;
        await transaction`
          insert into candles (venue, symbol, timeframe, open_at_ms, open, high, low, close, volume)
          select ${venue}, ${symbol}, ${timeframe}, * from unnest(
            ${column('openAtMs')}::bigint[], ${column('open')}::float8[], ${column('high')}::float8[],
            ${column('low')}::float8[], ${column('close')}::float8[], ${column('volume')}::float8[])
          on conflict (venue, symbol, timeframe, open_at_ms) do update set
            open = excluded.open, high = excluded.high, low = excluded.low,
            close = excluded.close, volume = excluded.volume`;
        if (read.fromMs >= read.toMs) return;
        await transaction`
          with touched as (
            delete from candle_spans
            where venue = ${venue} and symbol = ${symbol} and timeframe = ${timeframe}
              and from_ms <= ${read.toMs} and to_ms >= ${read.fromMs}
            returning from_ms, to_ms
          )
          insert into candle_spans (venue, symbol, timeframe, from_ms, to_ms)
          select ${venue}, ${symbol}, ${timeframe},
            least(${read.fromMs}, min(from_ms)), greatest(${read.toMs}, max(to_ms))
          from touched`;
      });
    },

    /** Bars that open in the span. As rows of numbers half a million of them took three times as long. */
    async between(
      { venue, symbol, timeframe }: CandleKey,
      { fromMs, toMs }: TimeSpan,
    ): Promise<CandleSeries> {
      const [row] = await sql<{ bytes: Buffer | null }[]>`
        select string_agg(
          float8send(open_at_ms::float8) || float8send(open) || float8send(high)
            || float8send(low) || float8send(close) || float8send(volume),
          ''::bytea order by open_at_ms) as bytes
        from candles
        where venue = ${venue} and symbol = ${symbol} and timeframe = ${timeframe}
          and open_at_ms >= ${fromMs} and open_at_ms < ${toMs}`;
      return seriesOfBytes(symbol, timeframe, row?.bytes ?? Buffer.alloc(0));
    },

    async coverage({ venue, symbol, timeframe }: CandleKey, span: TimeSpan): Promise<CandleCoverage> {
      const widthMs = TIMEFRAME_MS[timeframe];
      const read = await sql<TimeSpan[]>`
        select from_ms::float8 as "fromMs", to_ms::float8 as "toMs" from candle_spans
        where venue = ${venue} and symbol = ${symbol} and timeframe = ${timeframe}
          and from_ms < ${span.toMs} and to_ms > ${span.fromMs}`;
      // Bars in a row differ from their number by the same amount.
      const bars = await sql<TimeSpan[]>`
        select min(open_at_ms)::float8 as "fromMs", (max(open_at_ms) + ${widthMs}::bigint)::float8 as "toMs"
        from (
          select open_at_ms, open_at_ms - ${widthMs}::bigint * row_number() over (order by open_at_ms) as run
          from candles
          where venue = ${venue} and symbol = ${symbol} and timeframe = ${timeframe}
            and open_at_ms >= ${span.fromMs} and open_at_ms < ${span.toMs}
        ) numbered
        group by run`;
      return { read: intersectSpans(joinSpans(read), [span]), bars: joinSpans(bars) };
    },

    /** Every series of which something has been read. */
    async held(): Promise<(CandleKey & { readonly spans: readonly TimeSpan[] })[]> {
      return sql`
        select venue, symbol, timeframe,
          json_agg(json_build_object('fromMs', from_ms, 'toMs', to_ms) order by from_ms) as spans
        from candle_spans group by venue, symbol, timeframe order by venue, timeframe, symbol`;
    },
  });
}

function seriesOfBytes(symbol: MarketSymbol, timeframe: Timeframe, bytes: Buffer): CandleSeries {
  const rowBytes = COLUMNS.length * DOUBLE_BYTES;
  const length = bytes.length / rowBytes;
  const column = (name: (typeof COLUMNS)[number]) => {
    const at = COLUMNS.indexOf(name) * DOUBLE_BYTES;
    return Float64Array.from({ length }, (_, row) => bytes.readDoubleBE(row * rowBytes + at));
  };
  return {
    symbol,
    timeframe,
    length,
    openAtMs: column('openAtMs'),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
  };
}
