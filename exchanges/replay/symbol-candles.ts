/** The candle files of one symbol on one interval, opened as questions need them. */
import { type CandleSeries, seriesOf, sliceSeries } from '#domain/candle.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import { buildTimeframe } from '../candles/build-timeframe.ts';
import type { CandleFile } from './candle-file-name.ts';
import type { FileCache } from './file-cache.ts';
import { firstOpenAfter, joinSeries } from './join-series.ts';

/** Files decoded and joined, with every coarser timeframe that was asked of them built once. */
export interface Stretch {
  series(timeframe: Timeframe): CandleSeries;
}

export interface SymbolCandles {
  readonly symbol: MarketSymbol;
  readonly files: readonly CandleFile[];
  /** Bars of all files that touch the span, and perhaps more; the same stretch as before while it still does. */
  stretch(span: TimeSpan): Promise<Stretch>;
  /** The close of the last file's last bar. */
  lastCloseAtMs(): Promise<EpochMs>;
  /** As exact as the last file allows: its name until it was opened. */
  knownEndMs(): EpochMs;
}

/** Two at a time: one for the desk's look-back, one for whoever asks about another time. */
const STRETCHES_KEPT = 2;

export function createSymbolCandles(options: {
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  readonly files: readonly CandleFile[];
  readonly cache: FileCache;
}): SymbolCandles {
  const { symbol, timeframe, cache } = options;
  const files = withoutCovered(options.files);
  const kept: { first: number; last: number; stretch: Stretch }[] = [];
  const lastFile = files.at(-1)!;
  let exactEndMs: EpochMs | null = null;

  async function openFile(file: CandleFile): Promise<CandleSeries> {
    const series = await cache.open(file.name);
    if (file === lastFile) exactEndMs = series.openAtMs[series.length - 1]! + TIMEFRAME_MS[timeframe];
    return series;
  }

  return {
    symbol,
    files,
    async stretch(span) {
      const first = files.findIndex((file) => file.toMs > span.fromMs && file.fromMs <= span.toMs);
      const last = files.findLastIndex((file) => file.toMs > span.fromMs && file.fromMs <= span.toMs);
      if (first < 0) return createStretch(seriesOf(symbol, timeframe, []));
      const known = kept.find((candidate) => candidate.first <= first && last <= candidate.last);
      if (known) return known.stretch;
      const parts = await Promise.all(files.slice(first, last + 1).map(openFile));
      const stretch = createStretch(joinSeries(parts));
      kept.unshift({ first, last, stretch });
      kept.length = Math.min(kept.length, STRETCHES_KEPT);
      return stretch;
    },
    async lastCloseAtMs() {
      await openFile(lastFile);
      return exactEndMs!;
    },
    knownEndMs: () => exactEndMs ?? lastFile.toMs,
  };
}

/**
 * Bars with `fromMs <= open` that have closed at `toMs`, as views.
 * Cut by time, never by count, so that what was read before the span cannot change the answer.
 */
export function closedBars(series: CandleSeries, span: TimeSpan): CandleSeries {
  const from = firstOpenAfter(series, span.fromMs - 1);
  const to = firstOpenAfter(series, span.toMs - TIMEFRAME_MS[series.timeframe]);
  return sliceSeries(series, from, to);
}

function createStretch(fine: CandleSeries): Stretch {
  const built = new Map<Timeframe, CandleSeries>();
  return {
    series(timeframe) {
      const known = built.get(timeframe);
      if (known) return known;
      const series = buildTimeframe(fine, timeframe);
      built.set(timeframe, series);
      return series;
    },
  };
}

/** Files in the order of time, without those whose days another one holds. */
function withoutCovered(files: readonly CandleFile[]): CandleFile[] {
  const kept: CandleFile[] = [];
  const byStart = files.toSorted((left, right) => left.fromMs - right.fromMs || right.toMs - left.toMs);
  for (const file of byStart) if (file.toMs > (kept.at(-1)?.toMs ?? 0)) kept.push(file);
  return kept;
}
