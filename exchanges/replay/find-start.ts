import type { CandleSeries } from '#domain/candle.ts';
import { DAY_MS, type EpochMs, isoTime } from '#domain/time.ts';
import { firstSoundInstant } from './first-sound-instant.ts';
import type { PlanRequest, ReplayPlan } from './rank-plans.ts';
import { lookBackMs, lookBackSpan, snapshotTimeframes } from './snapshot-timeframes.ts';
import { spanText } from './span-text.ts';
import type { SymbolCandles } from './symbol-candles.ts';

export type StartSearch = { readonly atMs: EpochMs } | { readonly refusal: string };

/** Where a search goes on when the bars read so far have holes. */
const SEARCH_STEP_MS = 30 * DAY_MS;

/**
 * Where the clock of a plan begins, by the bars themselves: names tell whole days only.
 * A start that was asked for must have its look-back inside the files; holes in it are left for validation to tell.
 * Else it is the earliest instant at which the look-back of every symbol and timeframe is whole.
 */
export async function findStart(
  books: readonly SymbolCandles[],
  plan: ReplayPlan,
  request: PlanRequest,
): Promise<StartSearch> {
  const where = `${plan.venue} ${plan.timeframe} ${spanText(plan.span)}`;
  if (request.fromMs !== null) {
    const lookBack = lookBackSpan(request.fromMs, request.barsPerSeries);
    const stretches = await Promise.all(books.map((book) => book.stretch(lookBack)));
    const fromMs = Math.max(...stretches.map((stretch) => firstOpenAtMs(stretch.series(plan.timeframe))));
    const endMs = await commonEndMs(books, request.fromMs);
    if (fromMs <= lookBack.fromMs && request.fromMs < endMs) return { atMs: request.fromMs };
    return {
      refusal: `${where} has bars from ${isoTime(fromMs)} to ${isoTime(endMs)}, and ${request.startOption} ${isoTime(request.fromMs)} needs them from ${isoTime(lookBack.fromMs)}`,
    };
  }
  const atMs = await earliestSound(books, plan, request);
  return atMs === null ? { refusal: `${where} has no such instant` } : { atMs };
}

/** The end of the common bars: exact when `nearMs` is close to it, else as the names tell it. */
export async function commonEndMs(books: readonly SymbolCandles[], nearMs: EpochMs): Promise<EpochMs> {
  const endMs = Math.min(...books.map((book) => book.knownEndMs()));
  if (nearMs <= endMs - DAY_MS) return endMs;
  return Math.min(...(await Promise.all(books.map((book) => book.lastCloseAtMs()))));
}

async function earliestSound(
  books: readonly SymbolCandles[],
  plan: ReplayPlan,
  { barsPerSeries }: PlanRequest,
): Promise<EpochMs | null> {
  const timeframes = snapshotTimeframes(plan.timeframe);
  const openings = await Promise.all(
    books.map((book) => book.stretch({ ...plan.span, toMs: plan.span.fromMs })),
  );
  const commonFromMs = Math.max(...openings.map((stretch) => firstOpenAtMs(stretch.series(plan.timeframe))));
  const searchFromMs = commonFromMs + lookBackMs(barsPerSeries) + DAY_MS;
  for (let toMs = searchFromMs; ; toMs += SEARCH_STEP_MS) {
    const span = { fromMs: commonFromMs, toMs: Math.min(toMs, plan.span.toMs) };
    const stretches = await Promise.all(books.map((book) => book.stretch(span)));
    const serieses = stretches.flatMap((stretch) => timeframes.map((timeframe) => stretch.series(timeframe)));
    const atMs = firstSoundInstant(serieses, barsPerSeries, commonFromMs);
    if (atMs !== null) return atMs < (await commonEndMs(books, atMs)) ? atMs : null;
    if (toMs >= plan.span.toMs) return null;
  }
}

function firstOpenAtMs(series: CandleSeries): EpochMs {
  return series.openAtMs[0] ?? Number.MAX_SAFE_INTEGER;
}
