/** The series of a training, from candles to states. */
import { type CandleSeries, sliceSeries } from '#domain/candle.ts';
import { AppError } from '#domain/errors.ts';
import type { QTableParameters } from '#domain/q-table.ts';
import { baseOf, type MarketSymbol, parseSymbol } from '#domain/symbol.ts';
import { canBuildFrom, isoTime, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import { buildTimeframe } from '#exchanges/candles/build-timeframe.ts';
import { firstOpenAfter } from '#exchanges/replay/join-series.ts';
import { lookBackMs } from '#exchanges/replay/snapshot-timeframes.ts';
import { encodeSeries, NO_STATE, type SymbolBars, trendReader } from '#tools/qtable/encode-series.ts';
import type { TableOrigin } from '#tools/qtable/finish-training.ts';
import { type TrainingSeries, trainingSeries } from '#tools/qtable/training-series.ts';
import type { CandleRequest, CandleSource } from './candle-source.ts';

export interface TrainingRequest {
  readonly symbols: readonly MarketSymbol[];
  /** Of the bars that are decided on; what states look back at is read from before it, as far as it is there. */
  readonly span: TimeSpan;
  readonly timeframe: Timeframe;
  readonly venue: string | null;
  readonly seed: number;
  readonly parameters: QTableParameters;
}

export interface TrainingData {
  readonly series: readonly TrainingSeries[];
  readonly origin: TableOrigin;
  /** What whoever trains should know of the data. */
  readonly notes: readonly string[];
}

const SLOW_TIMEFRAMES: readonly Timeframe[] = ['15m', '1h', '4h'];
const BTC = parseSymbol('BTC');

/** The span that has to be read for a request. */
export function candleRequest({
  symbols,
  span,
  timeframe,
  venue,
  parameters,
}: TrainingRequest): CandleRequest {
  const fromMs = Math.max(0, span.fromMs - lookBackMs(parameters.lookBackBars));
  return { symbols, timeframe, venue, span: { fromMs, toMs: span.toMs } };
}

/** @throws AppError `candle_data_missing` when no bar of a symbol has its look-back */
export async function readTrainingData(
  source: CandleSource,
  request: TrainingRequest,
): Promise<TrainingData> {
  const { symbols, timeframe, parameters } = request;
  const { lookBackBars, assumedFundingFraction } = parameters;
  const notes: string[] = [];
  const barsOf = new Map<MarketSymbol, SymbolBars>();
  const bitcoin = symbols.find((symbol) => baseOf(symbol) === 'BTC') ?? (source.has(BTC) ? BTC : null);
  for (const symbol of new Set([...symbols, ...(bitcoin === null ? [] : [bitcoin])]))
    barsOf.set(symbol, barsWithin(await source.series(symbol), request));
  if (bitcoin === null) notes.push(`${source.name} have no Bitcoin: its trend is unknown in every state`);
  if (!canBuildFrom(source.timeframe, '15m'))
    notes.push(
      `${source.name} are coarser than 15m: their states are not those of a desk that sees 15m bars, so it will find little support in them`,
    );
  const series: TrainingSeries[] = [];
  for (const symbol of symbols) {
    const bars = barsOf.get(symbol) ?? new Map();
    const decided: CandleSeries = bars.get(timeframe);
    const backdrop = bitcoin === null ? undefined : barsOf.get(bitcoin);
    const btcTrend = backdrop === undefined ? () => 'unknown' as const : trendReader(backdrop, lookBackBars);
    const states = encodeSeries(bars, { timeframe, lookBackBars, btcTrend });
    // What was read for the look-back alone is not decided on.
    states.fill(NO_STATE, 0, firstOpenAfter(decided, request.span.fromMs - 1));
    if (states.every((state) => state === NO_STATE)) throw noStates(symbol, source, request);
    const settlements = await source.settlements(symbol);
    if (settlements.length === 0)
      notes.push(
        `no funding of ${symbol} is known: either side pays ${assumedFundingFraction} every 8 hours`,
      );
    series.push(trainingSeries(decided, states, settlements, assumedFundingFraction));
  }
  return {
    series,
    origin: { symbols: [...symbols], timeframe, source: source.name, ...decidedSpan(series) },
    notes,
  };
}

/** On every timeframe that votes and can be built, and on the one that is decided on. */
function barsWithin(fine: CandleSeries, request: TrainingRequest): SymbolBars {
  const { fromMs, toMs } = candleRequest(request).span;
  const end = firstOpenAfter(fine, toMs - TIMEFRAME_MS[fine.timeframe]);
  const bars = sliceSeries(fine, firstOpenAfter(fine, fromMs - 1), end);
  const built = SLOW_TIMEFRAMES.filter((timeframe) => canBuildFrom(fine.timeframe, timeframe));
  return new Map(
    [...new Set([request.timeframe, ...built])].map((timeframe) => [
      timeframe,
      buildTimeframe(bars, timeframe),
    ]),
  );
}

/** From the first bar that is decided on to the end of the last. */
function decidedSpan(series: readonly TrainingSeries[]): TimeSpan {
  const ends = series.map(({ states, openAtMs, widthMs }) => ({
    fromMs: openAtMs[states.findIndex((state) => state !== NO_STATE)] ?? Number.NaN,
    toMs: (openAtMs[states.findLastIndex((state) => state !== NO_STATE)] ?? Number.NaN) + widthMs,
  }));
  return {
    fromMs: Math.min(...ends.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...ends.map(({ toMs }) => toMs)),
  };
}

function noStates(
  symbol: MarketSymbol,
  { name }: CandleSource,
  { span, parameters }: TrainingRequest,
): AppError {
  const days = Math.ceil(lookBackMs(parameters.lookBackBars) / 86_400_000);
  const day = (atMs: number) => isoTime(atMs).slice(0, 10);
  return new AppError(
    'candle_data_missing',
    `no bar of ${symbol} between ${day(span.fromMs)} and ${day(span.toMs)} has its look-back of ${parameters.lookBackBars} whole 4h bars (${days} days) in ${name}: name a later --from or a longer span, or other symbols`,
    { context: { symbol, ...span } },
  );
}
