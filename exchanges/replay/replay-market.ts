/** Builds a replay out of a folder of candle files: chooses what to run on, and where the clock begins. */
import { AppError } from '#domain/errors.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import { touchesSpan } from '#domain/time-span.ts';
import { type CandleArchive, folderArchive } from './candle-archive.ts';
import type { CandleFile } from './candle-file-name.ts';
import { createFileCache, type FileCache } from './file-cache.ts';
import { findStart } from './find-start.ts';
import { type PlanRequest, type ReplayPlan, rankPlans } from './rank-plans.ts';
import { describeReplay } from './replay-description.ts';
import { createFundingBook } from './replay-funding.ts';
import { DEFAULT_FEES, type ReplayFees } from './replay-instrument.ts';
import { type ReplayMarket, runReplay } from './run-replay.ts';
import { createSymbolCandles, type SymbolCandles } from './symbol-candles.ts';
import { type WatchedFiles, watchedFiles } from './watched-files.ts';

export interface ReplayOptions {
  /** A folder of candle files, or one file. */
  readonly path: string;
  readonly symbols: readonly MarketSymbol[];
  /** What may be watched, and is not offered, where the folder has bars of it that are fine enough, of any venue. */
  readonly watchOnly?: readonly MarketSymbol[];
  readonly venue?: string;
  /** Market time to begin at; absent: the earliest sound instant of the common span that ends last. */
  readonly fromMs?: EpochMs;
  /** Market time the bars have to reach, by the names of their files. */
  readonly toMs?: EpochMs;
  /** What a person has set it by, for a message that tells the way out; `VIGIL_FROM` when absent. */
  readonly startOption?: string;
  readonly barsPerSeries: number;
  readonly fees?: ReplayFees;
}

/** About 190 MB of decoded bars. */
const DECODED_BARS_KEPT = 4_000_000;

/** @throws AppError `candle_data_missing`, `candle_file_malformed`, `config_invalid` when no symbol is asked for */
export async function createReplayMarket({ path, ...options }: ReplayOptions): Promise<ReplayMarket> {
  if (options.symbols.length === 0) throw noSymbols();
  return replayArchive(await folderArchive(path), options);
}

/** The same over candles that lie elsewhere. */
export async function replayArchive(
  archive: CandleArchive,
  options: Omit<ReplayOptions, 'path'>,
): Promise<ReplayMarket> {
  if (options.symbols.length === 0) throw noSymbols();
  const request: PlanRequest = {
    symbols: [...new Set(options.symbols)],
    venue: options.venue?.toUpperCase() ?? null,
    fromMs: options.fromMs ?? null,
    toMs: options.toMs ?? null,
    startOption: options.startOption ?? 'VIGIL_FROM',
    barsPerSeries: options.barsPerSeries,
  };
  const { index } = archive;
  const refusals: string[] = [];
  for (const plan of rankPlans(index, request)) {
    const books = openBooks(archive, plan, request.symbols);
    const start = await findStart(books, plan, request);
    if ('refusal' in start) {
      refusals.push(start.refusal);
      continue;
    }
    const fundings = index.fundings.filter(
      (file) =>
        file.venue === plan.venue && request.symbols.includes(file.symbol) && touchesSpan(file, plan.span),
    );
    const watched = watchedFiles(index, plan, without(options.watchOnly ?? [], request.symbols));
    return runReplay({
      description: describeReplay({ index, plan, request, books, watched, fundings, startAtMs: start.atMs }),
      books,
      watched: watched.map((files) => openBook(archive, files)),
      funding: createFundingBook(index.folder, fundings),
      barsPerSeries: request.barsPerSeries,
      fees: options.fees ?? DEFAULT_FEES,
    });
  }
  throw new AppError(
    'candle_data_missing',
    `the files in ${index.path} leave no instant with ${request.barsPerSeries} whole bars of each timeframe for ${request.symbols.join(', ')}: ${refusals.join('; ')}`,
    { context: { path: index.path, symbols: request.symbols, refusals } },
  );
}

function openBooks(
  archive: CandleArchive,
  plan: ReplayPlan,
  symbols: readonly MarketSymbol[],
): SymbolCandles[] {
  const files = archive.index.candles.filter(
    (file) => file.venue === plan.venue && file.timeframe === plan.timeframe && touchesSpan(file, plan.span),
  );
  const cache = openCache(archive, files);
  return symbols.map((symbol) =>
    createSymbolCandles({
      symbol,
      timeframe: plan.timeframe,
      files: files.filter((file) => file.symbol === symbol),
      cache,
    }),
  );
}

function openBook(archive: CandleArchive, { symbol, timeframe, files }: WatchedFiles): SymbolCandles {
  return createSymbolCandles({ symbol, timeframe, files, cache: openCache(archive, files) });
}

function openCache(archive: CandleArchive, files: readonly CandleFile[]): FileCache {
  const byName = new Map(files.map((file) => [file.name, file]));
  return createFileCache((name) => archive.read(byName.get(name)!), DECODED_BARS_KEPT);
}

function noSymbols(): AppError {
  return new AppError('config_invalid', 'a replay needs at least one symbol: set VIGIL_SYMBOLS or --symbols');
}

function without(symbols: readonly MarketSymbol[], taken: readonly MarketSymbol[]): MarketSymbol[] {
  return symbols.filter((symbol) => !taken.includes(symbol));
}
