import type { FundingSettlement } from '#exchanges/ports/market-data.ts';
import { CsvReader, shown } from './csv-reader.ts';

const HEADER = ['funding_time', 'funding_rate'] as const;

/**
 * Settlements of a CSV `funding_time,funding_rate[,…]` (milliseconds UTC, fraction of notional), oldest first.
 * @throws AppError `candle_file_malformed`
 */
export function decodeFunding(bytes: Buffer, fileName: string): FundingSettlement[] {
  const csv = new CsvReader(bytes, fileName);
  if (csv.atEnd()) throw csv.malformed('the file is empty');
  const first = csv.peekFields(HEADER);
  if (first.length < HEADER.length)
    throw csv.malformed(`${first.length} columns, expected at least ${HEADER.length}: ${HEADER.join(',')}`);
  if (!/^\d/.test(first[0]!)) {
    if (HEADER.some((name, column) => first[column]?.toLowerCase() !== name))
      throw csv.malformed(`the header is "${shown(first.join(','), 120)}", expected ${HEADER.join(',')}`);
    csv.skipLine();
  }
  const settlements: FundingSettlement[] = [];
  while (!csv.atEnd()) {
    const atMs = csv.number('funding_time');
    const previousMs = settlements.at(-1)?.atMs ?? 0;
    if (!Number.isInteger(atMs) || atMs <= previousMs)
      throw csv.malformed(`funding_time ${atMs} is out of order: it follows ${previousMs}`);
    csv.comma(first.length, 1);
    settlements.push({ atMs, rateFraction: csv.number('funding_rate') });
    csv.endLine(first.length, HEADER.length);
  }
  return settlements;
}
