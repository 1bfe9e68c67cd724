/**
 * Recorded candles on one clock. A question about an instant is answered from bars that had closed by then, whatever
 * the files hold after it, and the same question always gets the same answer.
 */
import { candleAt } from '#domain/candle.ts';
import { AppError } from '#domain/errors.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { DataFault, MarketSnapshot, SymbolMarket } from '#domain/market.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, isoTime } from '#domain/time.ts';
import type { MarketData, SnapshotRequest } from '#exchanges/ports/market-data.ts';
import { assertBuildable } from '../candles/build-timeframe.ts';
import { commonEndMs } from './find-start.ts';
import type { ReplayDescription } from './replay-description.ts';
import { type FundingBook, fundingAt, settlementsBetween } from './replay-funding.ts';
import { type ReplayFees, replayInstrument } from './replay-instrument.ts';
import { lookBackSpan, snapshotTimeframes } from './snapshot-timeframes.ts';
import { closedBars, type SymbolCandles } from './symbol-candles.ts';
import { symbolMarketAt } from './symbol-market.ts';

export interface ReplayMarket extends MarketData {
  readonly description: ReplayDescription;
}

interface ReplayParts {
  readonly description: ReplayDescription;
  readonly books: readonly SymbolCandles[];
  /** What is watched beside them: no instrument, and the replay does not end with it. */
  readonly watched: readonly SymbolCandles[];
  readonly funding: FundingBook;
  readonly barsPerSeries: number;
  readonly fees: ReplayFees;
}

interface ListedSymbol {
  readonly book: SymbolCandles;
  readonly instrument: Instrument;
}

/** The market of a chosen plan; reads the bars around its start to give each symbol its steps. */
export async function runReplay(parts: ReplayParts): Promise<ReplayMarket> {
  const { description, books, watched, funding } = parts;
  const { finestTimeframe, fastTimeframe, startAtMs, venue } = description;
  const source = { kind: 'replay', name: `replay ${venue}`, synthetic: false } as const;
  const timeframes = snapshotTimeframes(finestTimeframe);
  const listed = await listSymbols(parts);

  function listedSymbol(symbol: MarketSymbol): ListedSymbol {
    const found = listed.get(symbol);
    if (found) return found;
    const there = [...listed.keys()];
    throw new AppError(
      'symbol_unknown',
      `${symbol} is not part of the ${source.name}, which has ${there.join(', ')}; add it with --symbols or VIGIL_SYMBOLS`,
      { context: { symbol, there } },
    );
  }

  async function assertRunning(asOfMs: EpochMs): Promise<void> {
    const endMs = await commonEndMs(books, asOfMs);
    if (asOfMs <= endMs) return;
    throw new AppError(
      'market_finished',
      `the ${source.name} ends at ${isoTime(endMs)} and was asked for ${isoTime(asOfMs)}`,
      { context: { asOfMs, endMs } },
    );
  }

  async function askSymbol(
    { book, instrument }: ListedSymbol,
    { asOfMs, barsPerSeries }: SnapshotRequest,
  ): Promise<SymbolMarket | readonly DataFault[]> {
    const [stretch, settlements] = await Promise.all([
      book.stretch(lookBackSpan(asOfMs, barsPerSeries)),
      funding.settlements(book.symbol),
    ]);
    return symbolMarketAt({
      instrument,
      stretch,
      funding: fundingAt(settlements, asOfMs),
      timeframes,
      finestTimeframe,
      asOfMs,
      barsPerSeries,
    });
  }

  async function snapshot(request: SnapshotRequest): Promise<MarketSnapshot> {
    const asked = [...new Set(request.symbols)].map(listedSymbol);
    await assertRunning(request.asOfMs);
    const answers = await Promise.all(asked.map((symbol) => askSymbol(symbol, request)));
    const markets = new Map<MarketSymbol, SymbolMarket>();
    const faults: DataFault[] = [];
    for (const answer of answers) {
      if ('series' in answer) markets.set(answer.symbol, answer);
      else faults.push(...answer);
    }
    const { snapshotId, asOfMs } = request;
    return { snapshotId, source, asOfMs, fastTimeframe, timeframes, markets, faults };
  }

  return {
    description,
    source,
    finestTimeframe,
    fastTimeframe,
    get spanMs() {
      return { from: startAtMs, to: Math.min(...books.map((book) => book.knownEndMs())) };
    },
    watchOnly: async () => watched.map(({ symbol }) => symbol),
    instruments: async () => [...listed.values()].map(({ instrument }) => instrument),
    snapshot,
    async candles({ symbol, timeframe, fromMs, toMs }) {
      const book = watched.find((one) => one.symbol === symbol) ?? listedSymbol(symbol).book;
      assertBuildable({ symbol, timeframe: finestTimeframe }, timeframe);
      const span = { fromMs, toMs };
      return closedBars((await book.stretch(span)).series(timeframe), span);
    },
    async fundingBetween(symbol, fromMs, toMs) {
      return settlementsBetween(await funding.settlements(listedSymbol(symbol).book.symbol), fromMs, toMs);
    },
    async close() {},
  };
}

/** Each symbol's instrument, its steps taken from the first close of the look-back at the start. */
async function listSymbols(parts: ReplayParts): Promise<ReadonlyMap<MarketSymbol, ListedSymbol>> {
  const span = lookBackSpan(parts.description.startAtMs, parts.barsPerSeries);
  const entries = await Promise.all(
    parts.books.map(async (book): Promise<[MarketSymbol, ListedSymbol]> => {
      const bars = closedBars((await book.stretch(span)).series(parts.description.finestTimeframe), span);
      const first = candleAt(bars, 0);
      if (!first || !(first.close > 0)) throw unusableStart(book, span.fromMs);
      return [book.symbol, { book, instrument: replayInstrument(book.symbol, first.close, parts.fees) }];
    }),
  );
  return new Map(entries);
}

function unusableStart(book: SymbolCandles, fromMs: EpochMs): AppError {
  return new AppError(
    'candle_data_missing',
    `${book.symbol} has no positive price at ${isoTime(fromMs)}, where its look-back begins; choose another start with VIGIL_FROM`,
    { context: { symbol: book.symbol, fromMs } },
  );
}
