/**
 * Published reference vectors from the shared folder beside the repository: Skender's Stock.Indicators (502 daily bars,
 * full precision) and TulipCharts (a few bars, printed to three or four decimals). Never copied in; where the folder is
 * absent, `missingVectors` says why the tests skip.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Candle, type CandleSeries, seriesOf } from '#domain/candle.ts';

const folder = fileURLToPath(new URL('../../../../../shared/fixtures/indicators/', import.meta.url));

/** Null when the vectors are there. */
export const missingVectors = existsSync(folder) ? null : '../shared/fixtures/indicators is not there';

/** Skender's price input `quotes/default.csv` as daily bars. */
export function skenderQuotes(): CandleSeries {
  const [, ...lines] = readFileSync(`${folder}skender/quotes/default.csv`, 'utf8').trim().split('\n');
  const rows = lines.map((line): Candle => {
    const [date, open, high, low, close, volume] = line.split(',');
    return {
      openAtMs: Date.parse(`${date}T00:00:00Z`),
      open: Number(open),
      high: Number(high),
      low: Number(low),
      close: Number(close),
      volume: Number(volume),
    };
  });
  return seriesOf('SPY/USD:USD', '1d', rows);
}

/** One column of a Skender result, aligned with the quotes; NaN where the vector holds null. */
export function skenderResult(indicator: string, column: string): Float64Array {
  const text = readFileSync(`${folder}skender/results/${indicator}.standard.json`, 'utf8');
  const rows = JSON.parse(text) as Record<string, number | null>[];
  return Float64Array.from(rows, (row) => row[column] ?? Number.NaN);
}

/** The call that made a Skender result, such as `ToRsi(14)`. */
export function skenderCall(indicator: string): string | undefined {
  const calls = JSON.parse(readFileSync(`${folder}skender/parameters.json`, 'utf8')) as Record<
    string,
    string
  >;
  return calls[indicator];
}

/** The vectors of a Tulip case, such as `rsi 5` of `atoz.txt`: inputs first, then outputs. */
export function tulipCase(file: string, name: string): Float64Array[] {
  const lines = readFileSync(`${folder}tulip/${file}`, 'utf8').split('\n');
  const start = lines.findIndex((line) => line.trim() === name);
  if (start === -1) throw new RangeError(`${file} has no case "${name}"`);
  const vectors: Float64Array[] = [];
  for (const line of lines.slice(start + 1)) {
    if (line.trim() === '') break;
    if (!line.startsWith('{')) continue;
    vectors.push(Float64Array.from(line.replace(/[{}]/g, '').split(','), Number));
  }
  return vectors;
}
