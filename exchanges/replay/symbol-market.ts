import { type CandleSeries, candleAt } from '#domain/candle.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { DataFault, Funding, SymbolMarket, Ticker } from '#domain/market.ts';
import { DAY_MS, type EpochMs, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { validateSeries } from '../candles/validate-series.ts';
import { lookBackSpan } from './snapshot-timeframes.ts';
import { closedBars, type Stretch } from './symbol-candles.ts';

export interface SymbolQuestion {
  readonly instrument: Instrument;
  readonly stretch: Stretch;
  readonly funding: Funding | null;
  /** Finest first; the first is the fast one. */
  readonly timeframes: readonly Timeframe[];
  readonly finestTimeframe: Timeframe;
  readonly asOfMs: EpochMs;
  readonly barsPerSeries: number;
}

/** One symbol as it stood at `asOfMs`, or what is wrong with its bars. */
export function symbolMarketAt(question: SymbolQuestion): SymbolMarket | readonly DataFault[] {
  const { stretch, timeframes, asOfMs, barsPerSeries } = question;
  const faults: DataFault[] = [];
  const series = new Map<Timeframe, CandleSeries>();
  for (const timeframe of timeframes) {
    const bars = newestBars(stretch.series(timeframe), asOfMs, barsPerSeries);
    series.set(timeframe, bars);
    faults.push(...validateSeries(bars, { nowMs: asOfMs, barsWanted: barsPerSeries }));
  }
  const finest = closedBars(stretch.series(question.finestTimeframe), lookBackSpan(asOfMs, barsPerSeries));
  faults.push(...finestFaults(finest, question));
  if (faults.length > 0) return faults;
  return {
    symbol: question.instrument.symbol,
    instrument: question.instrument,
    series,
    ticker: tickerOf(finest),
    funding: question.funding,
    openInterestQuote: null,
  };
}

/** The last bars of one fast bar: where the fast timeframe is built, the ticker's bar was not judged with it. */
function finestFaults(finest: CandleSeries, question: SymbolQuestion): DataFault[] {
  const fast = question.timeframes[0]!;
  if (fast === question.finestTimeframe) return [];
  const bars = TIMEFRAME_MS[fast] / TIMEFRAME_MS[question.finestTimeframe];
  const tail = newestBars(finest, question.asOfMs, bars);
  return validateSeries(tail, { nowMs: question.asOfMs, barsWanted: bars });
}

/** The bars that would be the newest `count` ones if none were missing. */
function newestBars(series: CandleSeries, asOfMs: EpochMs, count: number): CandleSeries {
  const widthMs = TIMEFRAME_MS[series.timeframe];
  return closedBars(series, { fromMs: (Math.floor(asOfMs / widthMs) - count) * widthMs, toMs: asOfMs });
}

function tickerOf(finest: CandleSeries): Ticker {
  const last = candleAt(finest, -1)!;
  const atMs = last.openAtMs + TIMEFRAME_MS[finest.timeframe];
  return { lastQuote: last.close, atMs, quoteVolume24h: quoteVolumeOfDay(finest, atMs) };
}

/** Each bar's volume at its typical price, over the last 24 hours; null when a bar of them is missing. */
function quoteVolumeOfDay(finest: CandleSeries, atMs: EpochMs): number | null {
  const day = closedBars(finest, { fromMs: atMs - DAY_MS, toMs: atMs });
  if (day.length !== DAY_MS / TIMEFRAME_MS[finest.timeframe]) return null;
  let quote = 0;
  for (let i = 0; i < day.length; i++)
    quote += (day.volume[i]! * (day.high[i]! + day.low[i]! + day.close[i]!)) / 3;
  return quote;
}
