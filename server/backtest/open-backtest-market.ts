/** The candles of a backtest: files, or made-up prices where there are none; whole from the look-back to the end. */
import { createHash } from 'node:crypto';
import type { CandleSeries } from '#domain/candle.ts';
import { AppError } from '#domain/errors.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { DAY_MS, type EpochMs, isoTime, TIMEFRAME_MS } from '#domain/time.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import { type CandleArchive, folderArchive } from '#exchanges/replay/candle-archive.ts';
import { replayArchive } from '#exchanges/replay/replay-market.ts';
import { lookBackSpan } from '#exchanges/replay/snapshot-timeframes.ts';
import type { Config } from '../config.ts';
import { REPLAY_POOL } from '../engine/market-key.ts';
import { openMarket } from '../engine/market-source.ts';
import { assertOffered } from '../engine/run-service.ts';
import { PEGGED_PAIRS } from '../engine/watched-symbols.ts';
import { wallClock } from '../wall-clock.ts';

export interface BacktestMarketRequest {
  readonly config: Config;
  /** Null: what the configuration names, or the default of files. */
  readonly symbols: readonly MarketSymbol[] | null;
  /** Null: the first instant at which every look-back is whole. */
  readonly fromMs: EpochMs | null;
  /** Null: the end of the candles. */
  readonly toMs: EpochMs | null;
  /** When made-up prices begin; with the walk when absent. */
  readonly madeUpFromMs?: EpochMs;
  readonly barsPerSeries: number;
  /** How whoever asks names the two ends of a span, for a message that tells the way out. */
  readonly words?: SpanWords;
  /** What a venue's candles are read from; null for files and made-up prices. */
  readonly stored: CandleArchive | null;
}

export interface SpanWords {
  readonly from: string;
  readonly to: string;
}

const OPTIONS: SpanWords = { from: '--from', to: '--to' };

export interface BacktestMarket {
  readonly market: MarketData;
  readonly symbols: readonly MarketSymbol[];
  /** Closes of bars. */
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  /** What was chosen, for a report. */
  readonly description: string;
  /** Of every bar and settlement of the symbols: files of the same name may hold others tomorrow. */
  readonly candleDigest: string;
}

/** @throws AppError `candle_data_missing` with the way out, `symbol_unknown`, `usage_invalid` */
export async function openBacktestMarket(request: BacktestMarketRequest): Promise<BacktestMarket> {
  const words = request.words ?? OPTIONS;
  const opened = await openSource(request);
  const { market, symbols } = opened;
  const barMs = TIMEFRAME_MS[market.finestTimeframe];
  const fromMs = Math.ceil((request.fromMs ?? opened.startAtMs) / barMs) * barMs;
  const endMs = await exactEnd(market, symbols);
  const toMs = Math.floor((request.toMs ?? endMs ?? fromMs) / barMs) * barMs;
  if (endMs !== null && toMs > endMs)
    throw missing(
      `the candles end at ${isoTime(endMs)}, before ${words.to} ${isoTime(toMs)}: choose ${words.to} ${isoTime(endMs)} or earlier`,
    );
  if (toMs <= fromMs)
    throw missing(
      `there is no bar from ${isoTime(fromMs)} to ${isoTime(toMs)}: choose a later ${words.to}, or an earlier ${words.from}`,
    );
  const { fromMs: lookBackFromMs } = lookBackSpan(fromMs, request.barsPerSeries);
  const digest = createHash('sha256');
  for (const symbol of symbols) {
    const series = await wholeSeries(market, symbol, { lookBackFromMs, fromMs, toMs }, words);
    for (const column of [series.open, series.high, series.low, series.close, series.volume])
      digest.update(column);
    digest.update(JSON.stringify(await market.fundingBetween(symbol, lookBackFromMs, toMs)));
  }
  const { description } = opened;
  return { market, symbols, fromMs, toMs, description, candleDigest: digest.digest('hex') };
}

interface OpenedSource {
  readonly market: MarketData;
  readonly symbols: readonly MarketSymbol[];
  readonly startAtMs: EpochMs;
  readonly description: string;
}

function openSource(request: BacktestMarketRequest): Promise<OpenedSource> {
  const { config, stored } = request;
  return stored === null && config.market.dataPath === null ? openGenerator(request) : openCandles(request);
}

async function openCandles({ config, stored, ...request }: BacktestMarketRequest): Promise<OpenedSource> {
  const { dataPath, dataVenue, symbols: configured } = config.market;
  const symbols = request.symbols ?? configured ?? REPLAY_POOL;
  const archive = stored ?? (await folderArchive(dataPath ?? ''));
  const market = await replayArchive(archive, {
    ...{ symbols, watchOnly: PEGGED_PAIRS, startOption: (request.words ?? OPTIONS).from },
    barsPerSeries: request.barsPerSeries,
    ...(stored === null && dataVenue !== null && { venue: dataVenue }),
    ...(request.fromMs !== null && { fromMs: request.fromMs }),
    ...(request.toMs !== null && { toMs: request.toMs }),
  });
  const { venue, path, why, startAtMs } = market.description;
  return { market, symbols, startAtMs, description: `${path}, ${venue}, ${why}` };
}

/** Made-up prices go on for ever: how far to walk, a person has to say. */
async function openGenerator({ config, ...request }: BacktestMarketRequest): Promise<OpenedSource> {
  if (request.toMs === null)
    throw new AppError(
      'usage_invalid',
      'made-up prices have no end: name one with --to, or candle files with --data',
    );
  const fromMs = request.madeUpFromMs ?? request.fromMs ?? config.market.fromMs;
  const opened = await openMarket(
    { ...config, market: { ...config.market, fromMs } },
    { wallClock, barsPerSeries: request.barsPerSeries },
  );
  const { market, startAtMs } = opened;
  const symbols = request.symbols ?? opened.symbols;
  await assertOffered(symbols, { source: opened });
  return { market, symbols, startAtMs, description: `made-up prices of seed ${config.market.seed}` };
}

/** Where the files' last bars close; their names tell days alone. */
async function exactEnd(market: MarketData, symbols: readonly MarketSymbol[]): Promise<EpochMs | null> {
  const { from, to } = market.spanMs;
  if (to === null) return null;
  const timeframe = market.finestTimeframe;
  for (const symbol of symbols)
    await market.candles({ symbol, timeframe, fromMs: Math.max(from, to - DAY_MS), toMs: to });
  return market.spanMs.to;
}

/** A desk that runs leaves a symbol with a hole aside for weeks; who compares decisions wants to know of it first. */
async function wholeSeries(
  market: MarketData,
  symbol: MarketSymbol,
  span: { readonly lookBackFromMs: EpochMs; readonly fromMs: EpochMs; readonly toMs: EpochMs },
  words: SpanWords,
): Promise<CandleSeries> {
  const timeframe = market.finestTimeframe;
  const widthMs = TIMEFRAME_MS[timeframe];
  const { lookBackFromMs, fromMs, toMs } = span;
  const series = await market.candles({ symbol, timeframe, fromMs: lookBackFromMs, toMs });
  const { openAtMs, length } = series;
  const missingBars = (toMs - lookBackFromMs) / widthMs - length;
  if (missingBars <= 0) return series;
  let nextMs = lookBackFromMs;
  for (let i = 0; i < length && openAtMs[i] === nextMs; i += 1) nextMs += widthMs;
  const backMs = openAtMs.find((atMs) => atMs > nextMs) ?? toMs;
  const lookBack = fromMs - lookBackFromMs;
  const earlier = nextMs > fromMs ? `${words.to} ${isoTime(nextMs)} or earlier, or ` : '';
  throw missing(
    `${symbol} has no ${timeframe} bars from ${isoTime(nextMs)} to ${isoTime(backMs)}, and ${missingBars} are missing from ` +
      `${isoTime(lookBackFromMs)}, where the look-back begins, to ${isoTime(toMs)}: choose ${earlier}${words.from} ` +
      `${isoTime(Math.ceil((backMs + lookBack) / DAY_MS) * DAY_MS)} or later, or other symbols`,
    { symbol, fromMs: nextMs, toMs: backMs, missingBars },
  );
}

function missing(message: string, context: Readonly<Record<string, unknown>> = {}): AppError {
  return new AppError('candle_data_missing', message, { context });
}
