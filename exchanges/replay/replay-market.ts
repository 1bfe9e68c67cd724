/** Builds a replay out of a folder of candle files: chooses what to run on, and where the clock begins. */
import { join } from 'node:path';
import { AppError } from '#domain/errors.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import { touchesSpan } from '#domain/time-span.ts';
import type { CandleFile } from './candle-file-name.ts';
import { decodeCandles } from './decode-candles.ts';
import { createFileCache, type FileCache } from './file-cache.ts';
import { findStart } from './find-start.ts';
import { type FolderIndex, indexFolder } from './folder-index.ts';
import { type PlanRequest, type ReplayPlan, rankPlans } from './rank-plans.ts';
import { readBytes } from './read-bytes.ts';
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
  readonly barsPerSeries: number;
  readonly fees?: ReplayFees;
}

/** About 190 MB of decoded bars. */
const DECODED_BARS_KEPT = 4_000_000;

/** @throws AppError `candle_data_missing`, `candle_file_malformed`, `config_invalid` when no symbol is asked for */
export async function createReplayMarket(options: ReplayOptions): Promise<ReplayMarket> {
  if (options.symbols.length === 0)
    throw new AppError(
      'config_invalid',
      'a replay needs at least one symbol: set VIGIL_SYMBOLS or --symbols',
    );
  const request: PlanRequest = {
    symbols: [...new Set(options.symbols)],
    venue: options.venue?.toUpperCase() ?? null,
    fromMs: options.fromMs ?? null,
    barsPerSeries: options.barsPerSeries,
  };
  const index = await indexFolder(options.path);
  const refusals: string[] = [];
  for (const plan of rankPlans(index, request)) {
    const books = openBooks(index, plan, request.symbols);
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
      watched: watched.map((files) => openBook(index.folder, files)),
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

function openBooks(index: FolderIndex, plan: ReplayPlan, symbols: readonly MarketSymbol[]): SymbolCandles[] {
  const files = index.candles.filter(
    (file) => file.venue === plan.venue && file.timeframe === plan.timeframe && touchesSpan(file, plan.span),
  );
  const cache = openCache(index.folder, files);
  return symbols.map((symbol) =>
    createSymbolCandles({
      symbol,
      timeframe: plan.timeframe,
      files: files.filter((file) => file.symbol === symbol),
      cache,
    }),
  );
}

function openBook(folder: string, { symbol, timeframe, files }: WatchedFiles): SymbolCandles {
  return createSymbolCandles({ symbol, timeframe, files, cache: openCache(folder, files) });
}

function openCache(folder: string, files: readonly CandleFile[]): FileCache {
  const byName = new Map(files.map((file) => [file.name, file]));
  return createFileCache(async (name) => {
    return decodeCandles(await readBytes(join(folder, name)), byName.get(name)!);
  }, DECODED_BARS_KEPT);
}

function without(symbols: readonly MarketSymbol[], taken: readonly MarketSymbol[]): MarketSymbol[] {
  return symbols.filter((symbol) => !taken.includes(symbol));
}
