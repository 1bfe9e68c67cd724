/** Reads one span of a venue's candles page by page into the table. Every page is a transaction. */
import type { CandleKey, CandleRepository } from '#db/repositories/candles.ts';
import { seriesOf } from '#domain/candle.ts';
import { AppError } from '#domain/errors.ts';
import type { DataFaultCode } from '#domain/market.ts';
import { barOpenAtMs, DAY_MS, type EpochMs, SECOND_MS, TIMEFRAME_MS } from '#domain/time.ts';
import { missingSpans, type TimeSpan } from '#domain/time-span.ts';
import { validateSeries } from '#exchanges/candles/validate-series.ts';
import type { CandlePage, ReadCandlePage } from '#exchanges/ccxt/candle-pages.ts';

export interface BackfillDeps {
  readonly readPage: ReadCandlePage;
  readonly candles: Pick<CandleRepository, 'save'>;
  readonly venueNowMs: () => EpochMs;
  /** Ends early when the signal is given. */
  readonly wait: (ms: number) => Promise<void>;
  /** Ends the reading after the page under way. */
  readonly signal: AbortSignal;
  readonly onPage: (symbol: string, page: TimeSpan) => void;
}

/** Rests between attempts at one page; nothing below repeats a call. */
const RESTS_MS = [1, 2, 4, 8, 16].map((seconds) => seconds * SECOND_MS);
/** A bar that lacks for so long will not come: until then it is asked for again by the next run. */
const SETTLED_AFTER_MS = DAY_MS;
/** What an honest venue may have: a pause in its trading, or no bar yet. */
const TOLERATED: ReadonlySet<DataFaultCode> = new Set(['gap', 'stale', 'too_short']);

/**
 * @param span begins and ends between bars, all of which have closed
 * @throws AppError `market_data_unsound` for bars that cannot be, `venue_unavailable`, `database_unavailable`
 */
export async function backfillSpan(key: CandleKey, span: TimeSpan, deps: BackfillDeps): Promise<void> {
  const { symbol, timeframe } = key;
  for (let { fromMs } = span; fromMs < span.toMs && !deps.signal.aborted; ) {
    const window = { symbol, timeframe, fromMs, endMs: span.toMs };
    const page = await patiently(() => deps.readPage(window), deps);
    if (page === null) return;
    const answered = { fromMs, toMs: Math.min(page.nextFromMs, span.toMs) };
    const series = seriesOf(symbol, timeframe, page.rows);
    assertSound(key, series, span.toMs);
    await deps.candles.save(key.venue, series, settledSpan(key, answered, page, deps.venueNowMs()));
    deps.onPage(symbol, answered);
    fromMs = answered.toMs;
  }
}

/** Null when it was told to stop meanwhile. */
async function patiently<Result>(
  ask: () => Promise<Result>,
  { wait, signal }: BackfillDeps,
): Promise<Result | null> {
  for (const restMs of RESTS_MS) {
    try {
      return await ask();
    } catch (thrown) {
      if (!(thrown instanceof AppError && thrown.rule.retryable)) throw thrown;
    }
    await wait(restMs);
    if (signal.aborted) return null;
  }
  return ask();
}

function assertSound(key: CandleKey, series: ReturnType<typeof seriesOf>, nowMs: EpochMs): void {
  const faults = validateSeries(series, { nowMs, barsWanted: 0 }).filter(({ code }) => !TOLERATED.has(code));
  if (faults.length === 0) return;
  const told = faults.map(({ code, message }) => `${message} (${code})`).join('; ');
  throw new AppError(
    'market_data_unsound',
    `${key.venue} gave candles that cannot be: ${told}. Nothing of their page is stored: ask again later, or leave them out with --from and --to`,
    { context: { ...key, faults } },
  );
}

/** The part of a page after which nothing is left to ask: all of it, unless a bar lacks that may still come. */
function settledSpan(
  { timeframe }: CandleKey,
  answered: TimeSpan,
  { rows }: CandlePage,
  nowMs: EpochMs,
): TimeSpan {
  const settledMs = barOpenAtMs(nowMs - SETTLED_AFTER_MS, timeframe);
  const bars = rows.map(({ openAtMs }) => ({ fromMs: openAtMs, toMs: openAtMs + TIMEFRAME_MS[timeframe] }));
  const open = missingSpans(answered, bars).find(({ toMs }) => toMs > settledMs);
  return open ? { fromMs: answered.fromMs, toMs: Math.max(open.fromMs, settledMs) } : answered;
}
