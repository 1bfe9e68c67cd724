/** The markets of a folder that strategies are judged on, chosen by their names and read one by one. */
import { join } from 'node:path';
import type { CandleSeries } from '#domain/candle.ts';
import { AppError } from '#domain/errors.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { DAY_MS, type Timeframe } from '#domain/time.ts';
import { joinSpans } from '#domain/time-span.ts';
import type { CandleFile } from '#exchanges/replay/candle-file-name.ts';
import { decodeCandles } from '#exchanges/replay/decode-candles.ts';
import { type FolderIndex, indexFolder } from '#exchanges/replay/folder-index.ts';
import { joinSeries } from '#exchanges/replay/join-series.ts';
import { readBytes } from '#exchanges/replay/read-bytes.ts';
import { createFundingBook } from '#exchanges/replay/replay-funding.ts';
import { marketName, type StudyMarket, studyMarket } from '#tools/evaluation/study-market.ts';

export interface StudyRequest {
  readonly path: string;
  /** Null: every one there is. */
  readonly symbols: readonly MarketSymbol[] | null;
  readonly venue: string | null;
  readonly timeframes: readonly Timeframe[];
  /** Of candles, by the names of the files; with fewer a market is passed over. */
  readonly leastDays: number;
}

interface Offer {
  readonly venue: string;
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  readonly files: CandleFile[];
}

/** Shared between threads, in the order of interval, symbol and venue. @throws AppError `candle_data_missing` where none has days enough */
export async function readStudyMarkets(
  request: StudyRequest,
  assumedFundingFraction: number,
): Promise<StudyMarket[]> {
  const index = await indexFolder(request.path);
  const offers = offersOf(index, request);
  if (offers.length === 0)
    throw new AppError(
      'candle_data_missing',
      `${request.path} has no market of ${request.timeframes.join(', ')} bars with ${request.leastDays} days of what was asked: name other --symbols or --timeframe, or fewer --least-days`,
      { context: { path: request.path } },
    );
  const markets: StudyMarket[] = [];
  for (const offer of offers) {
    const funding = createFundingBook(
      index.folder,
      index.fundings.filter(({ venue }) => venue === offer.venue),
    );
    const bars = shared(await readOffer(index, offer));
    const settlements = await funding.settlements(offer.symbol);
    markets.push(studyMarket(offer.venue, bars, settlements, assumedFundingFraction));
  }
  return markets;
}

function offersOf(index: FolderIndex, { symbols, venue, timeframes, leastDays }: StudyRequest): Offer[] {
  const offers = new Map<string, Offer>();
  for (const file of index.candles) {
    if (symbols !== null && !symbols.includes(file.symbol)) continue;
    if (venue !== null && venue.toUpperCase() !== file.venue.toUpperCase()) continue;
    if (!timeframes.includes(file.timeframe)) continue;
    const key = `${String(timeframes.indexOf(file.timeframe)).padStart(3)} ${file.symbol} ${file.venue}`;
    const offer = offers.get(key) ?? { ...file, files: [] };
    offer.files.push(file);
    offers.set(key, offer);
  }
  return [...offers]
    .filter(([, { files }]) => daysOf(files) >= leastDays)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, offer]) => offer);
}

function daysOf(files: readonly CandleFile[]): number {
  return joinSpans(files).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) / DAY_MS;
}

async function readOffer(index: FolderIndex, { files, ...offer }: Offer): Promise<CandleSeries> {
  const parts: CandleSeries[] = [];
  for (const file of files) parts.push(decodeCandles(await readBytes(join(index.folder, file.name)), file));
  const filled = parts.filter(({ length }) => length > 0);
  if (filled.length === 0)
    throw new AppError('candle_data_missing', `the files of ${marketName(offer)} hold no bar`, {
      context: { files: files.map(({ name }) => name) },
    });
  // Names tell days: of files that begin on the same one the bars say which is first.
  return joinSeries(filled.sort((left, right) => (left.openAtMs[0] ?? 0) - (right.openAtMs[0] ?? 0)));
}

/** The same bars in memory that threads look at together. */
function shared(series: CandleSeries): CandleSeries {
  const { symbol, timeframe, length } = series;
  const column = (name: 'openAtMs' | 'open' | 'high' | 'low' | 'close' | 'volume') => {
    const copy = new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
    copy.set(series[name]);
    return copy;
  };
  return {
    ...{ symbol, timeframe, length, openAtMs: column('openAtMs') },
    ...{ open: column('open'), high: column('high'), low: column('low'), close: column('close') },
    volume: column('volume'),
  };
}
