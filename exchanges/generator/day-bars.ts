/** A symbol's bars of any timeframe, day by day, with a bounded memory of the days used last. */

import { blankSeries, type CandleSeries } from '#domain/candle.ts';
import { barOpenAtMs, DAY_MS, type EpochMs, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { buildTimeframe } from '#exchanges/candles/build-timeframe.ts';
import { createBoundedCache } from './bounded-cache.ts';
import type { SymbolPath } from './symbol-path.ts';

/** Enough for the fast timeframes of a snapshot; older days keep only their coarse bars. */
const MINUTE_DAYS_KEPT = 8;
/** Built with the minutes while they are at hand, since the look-back needs these of many days. */
const COARSE: readonly Timeframe[] = ['1h', '4h'];

export interface DayBars {
  /** Bars with `fromMs <= open` that close by `toMs`, oldest first. Days before 1970 do not exist. */
  between(timeframe: Timeframe, fromMs: EpochMs, toMs: EpochMs): CandleSeries;
  /** The last `count` bars that have closed at `asOfMs`. */
  newest(timeframe: Timeframe, count: number, asOfMs: EpochMs): CandleSeries;
}

export function createDayBars(path: SymbolPath, coarseDaysKept: number): DayBars {
  const minuteDays = createBoundedCache<CandleSeries>(MINUTE_DAYS_KEPT);
  const builtDays = createBoundedCache<Map<Timeframe, CandleSeries>>(coarseDaysKept);

  function minutesOf(day: number): CandleSeries {
    return minuteDays.get(day, (displaced) => path.minutes(day, displaced));
  }

  function barsOf(day: number, timeframe: Timeframe): CandleSeries {
    if (timeframe === '1m') return minutesOf(day);
    const built = builtDays.get(day, () => {
      const minutes = minutesOf(day);
      return new Map(COARSE.map((coarse) => [coarse, buildTimeframe(minutes, coarse)]));
    });
    const known = built.get(timeframe);
    if (known) return known;
    const made = buildTimeframe(minutesOf(day), timeframe);
    built.set(timeframe, made);
    return made;
  }

  function assembled(timeframe: Timeframe, firstMs: EpochMs, endMs: EpochMs): CandleSeries {
    const widthMs = TIMEFRAME_MS[timeframe];
    const series = blankSeries(path.profile.symbol, timeframe, (endMs - firstMs) / widthMs);
    for (let openMs = firstMs; openMs < endMs; ) {
      const day = Math.floor(openMs / DAY_MS);
      const nextMs = Math.min(endMs, (day + 1) * DAY_MS);
      const start = (openMs - day * DAY_MS) / widthMs;
      const count = (nextMs - openMs) / widthMs;
      copyBars(barsOf(day, timeframe), start, count, series, (openMs - firstMs) / widthMs);
      openMs = nextMs;
    }
    return series;
  }

  function between(timeframe: Timeframe, fromMs: EpochMs, toMs: EpochMs): CandleSeries {
    const widthMs = TIMEFRAME_MS[timeframe];
    const firstMs = Math.max(0, Math.ceil(fromMs / widthMs) * widthMs);
    return assembled(timeframe, firstMs, Math.max(firstMs, Math.floor(toMs / widthMs) * widthMs));
  }

  /** Most instants close no bar of the coarse timeframes, so the last answer often serves again. */
  const answers = new Map<
    Timeframe,
    { readonly endMs: EpochMs; readonly count: number; readonly series: CandleSeries }
  >();

  return {
    between,
    newest(timeframe, count, asOfMs) {
      const endMs = barOpenAtMs(asOfMs, timeframe);
      const last = answers.get(timeframe);
      if (last && last.endMs === endMs && last.count === count) return last.series;
      const series = between(timeframe, endMs - count * TIMEFRAME_MS[timeframe], endMs);
      answers.set(timeframe, { endMs, count, series });
      return series;
    },
  };
}

const COLUMNS = ['openAtMs', 'open', 'high', 'low', 'close', 'volume'] as const;

function copyBars(from: CandleSeries, start: number, count: number, to: CandleSeries, at: number): void {
  for (const name of COLUMNS) {
    const source = from[name];
    const target = to[name];
    // A loop, since a day holds few coarse bars and views would cost more than the copy.
    for (let i = 0; i < count; i++) target[at + i] = source[start + i]!;
  }
}
