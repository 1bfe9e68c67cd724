/** The seeded year as a file of candles, as a person would bring one. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { candleAt } from '#domain/candle.ts';
import { DAY_MS, isoTime, MINUTE_MS } from '#domain/time.ts';
import { candleCsv } from '#tests/support/candle-files.ts';
import { yearCandles } from './year-candles.ts';

/** Gives whose candles they are, and when the first of them opens. */
export function writeYear(
  folder: string,
  days: number,
): { readonly symbol: string; readonly beginsMs: number } {
  const series = yearCandles((days * DAY_MS) / MINUTE_MS);
  const bars = Array.from({ length: series.length }, (_, i) => candleAt(series, i)).filter(
    (bar) => bar !== null,
  );
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError(`${days} days hold no bar`);
  const day = (atMs: number) => isoTime(atMs).slice(0, 10).replaceAll('-', '');
  const name = `BINANCEUSDM_BTCUSDT_1m_${day(first.openAtMs)}_${day(last.openAtMs)}.csv.gz`;
  writeFileSync(join(folder, name), gzipSync(candleCsv(bars)));
  return { symbol: series.symbol, beginsMs: first.openAtMs };
}
