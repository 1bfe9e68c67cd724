/** Judges the candles of one symbol and timeframe before anything is decided on them. It never mends a bar. */
import type { CandleSeries } from '#domain/candle.ts';
import type { DataFault, DataFaultCode } from '#domain/market.ts';
import { type EpochMs, isoTime, lastClosedOpenAtMs, TIMEFRAME_MS } from '#domain/time.ts';

export interface SeriesExpectation {
  /** The instant the series is judged at; a bar closes at the instant the next one opens. */
  readonly nowMs: EpochMs;
  readonly barsWanted: number;
}

/** The first occurrence of a fault, and how often it was seen. */
type Tally = Map<DataFaultCode, { message: string; count: number }>;

/**
 * Every kind of fault in a series, at most one `DataFault` for each code: it tells the first occurrence (bar time,
 * value, limit) and how many more there are. An empty answer means the series is sound. An empty series is
 * `too_short`. O(n), one pass; only faulty bars are looked at twice.
 */
export function validateSeries(series: CandleSeries, expectation: SeriesExpectation): DataFault[] {
  const tally: Tally = new Map();
  tallyBars(series, expectation.nowMs, tally);
  tallyEnds(series, expectation, tally);
  return [...tally].map(([code, seen]) => ({
    code,
    symbol: series.symbol,
    timeframe: series.timeframe,
    message: `${series.symbol} ${series.timeframe}: ${seen.message}${seen.count > 1 ? ` (and ${seen.count - 1} more)` : ''}`,
  }));
}

function tallyBars(series: CandleSeries, nowMs: EpochMs, tally: Tally): void {
  const { length, openAtMs, open, high, low, close, volume } = series;
  const widthMs = TIMEFRAME_MS[series.timeframe];
  let expectedAtMs = Math.ceil((openAtMs[0] ?? 0) / widthMs) * widthMs;
  for (let i = 0; i < length; i++) {
    const at = openAtMs[i]!;
    const timesSound = at === expectedAtMs;
    expectedAtMs = at + widthMs;
    if (!timesSound || at + widthMs > nowMs) tallyTimes(series, i, nowMs, tally);
    const top = high[i]!;
    const bottom = low[i]!;
    const first = open[i]!;
    const last = close[i]!;
    const traded = volume[i]!;
    const pricesSound =
      bottom > 0 && first >= bottom && first <= top && last >= bottom && last <= top && top < Infinity;
    if (!pricesSound || !(traded >= 0 && traded < Infinity)) tallyPrices(series, i, tally);
  }
}

function tallyTimes(series: CandleSeries, i: number, nowMs: EpochMs, tally: Tally): void {
  const widthMs = TIMEFRAME_MS[series.timeframe];
  const at = series.openAtMs[i]!;
  const bar = `bar ${timeText(at)}`;
  if (at % widthMs !== 0)
    count(tally, 'misaligned', () => `${bar} does not open on a multiple of ${widthMs} ms`);
  if (at + widthMs > nowMs)
    count(
      tally,
      'unclosed',
      () => `${bar} closes at ${timeText(at + widthMs)}, after now ${timeText(nowMs)}`,
    );
  if (i === 0) return;
  const previous = series.openAtMs[i - 1]!;
  const stepMs = at - previous;
  if (stepMs === 0) count(tally, 'duplicate', () => `${bar} stands there twice`);
  else if (stepMs < 0)
    count(tally, 'out_of_order', () => `${bar} follows the later bar ${timeText(previous)}`);
  else if (stepMs > widthMs)
    count(
      tally,
      'gap',
      () => `${bar} follows ${timeText(previous)}: ${stepMs} ms apart, limit ${widthMs} ms`,
    );
}

function tallyPrices(series: CandleSeries, i: number, tally: Tally): void {
  const bar = `bar ${timeText(series.openAtMs[i]!)}`;
  const high = series.high[i]!;
  const low = series.low[i]!;
  const fields = { open: series.open[i]!, high, low, close: series.close[i]!, volume: series.volume[i]! };
  for (const [name, value] of Object.entries(fields)) {
    if (value < 0) count(tally, 'negative', () => `${bar} has ${name} ${value}, limit 0`);
    else if (!Number.isFinite(value))
      count(tally, 'impossible_range', () => `${bar} has ${name} ${value}, which is not a finite number`);
    else if (value === 0 && name !== 'volume')
      count(tally, 'impossible_range', () => `${bar} has ${name} 0, a price must be positive`);
  }
  if (high < low) {
    count(tally, 'impossible_range', () => `${bar} has high ${high} below low ${low}`);
    return;
  }
  for (const name of ['open', 'close'] as const) {
    const value = fields[name];
    if (value > high || value < low)
      count(
        tally,
        'impossible_range',
        () => `${bar} has ${name} ${value} outside low ${low} to high ${high}`,
      );
  }
}

function tallyEnds(series: CandleSeries, { nowMs, barsWanted }: SeriesExpectation, tally: Tally): void {
  const wanted = Math.max(1, barsWanted);
  if (series.length < wanted) count(tally, 'too_short', () => `${series.length} bars, limit ${wanted}`);
  if (series.length === 0) return;
  const newest = series.openAtMs[series.length - 1]!;
  const expected = lastClosedOpenAtMs(nowMs, series.timeframe);
  if (newest < expected)
    count(
      tally,
      'stale',
      () => `newest bar ${timeText(newest)} is not the last closed bar ${timeText(expected)}`,
    );
}

function count(tally: Tally, code: DataFaultCode, message: () => string): void {
  const seen = tally.get(code);
  if (seen) seen.count += 1;
  else tally.set(code, { message: message(), count: 1 });
}

/** A broken time must still be tellable, and `Date` throws on it. */
function timeText(atMs: number): string {
  return Math.abs(atMs) <= 8.64e15 ? isoTime(atMs) : String(atMs);
}
