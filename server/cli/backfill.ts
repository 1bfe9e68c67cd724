import { setTimeout } from 'node:timers/promises';
import { type CandleRepository, createCandleRepository } from '#db/repositories/candles.ts';
import { AppError, toAppError } from '#domain/errors.ts';
import { isoTime } from '#domain/time.ts';
import { missingSpans, type TimeSpan } from '#domain/time-span.ts';
import { type CandleHistory, openCandleHistory } from '#exchanges/ccxt/candle-history.ts';
import { withTables } from '../open-tables.ts';
import { wallClock } from '../wall-clock.ts';
import {
  type BackfillOptions,
  type BackfillRequest,
  backfillRequest,
  spanOfBars,
} from './backfill-request.ts';
import { backfillSpan } from './backfill-series.ts';
import { type BackfillSummary, summarizeSeries, summaryText } from './backfill-summary.ts';
import { createProgressBar } from './progress-bar.ts';
import { cliConfig, cliLogger, printJson } from './session.ts';
import { stopOnSignal } from './stop-on-signal.ts';

/** Stores the candles of a venue; what the table has is not asked for again. A signal ends it after the page under way. */
export async function backfill(options: BackfillOptions): Promise<void> {
  const config = cliConfig();
  const request = backfillRequest(options, config);
  const baseUrl = config.exchange.baseUrl ?? undefined;
  const address = { exchangeId: request.venue, ...(baseUrl && { baseUrl }) };
  const history = await openCandleHistory(address, request, wallClock);
  const stop = stopOnSignal('stopping after this page…');
  try {
    const span = spanOfBars(request, history.nowMs());
    const summary = await withTables(config, cliLogger(config), (database) => {
      const work = { request, span, history, candles: createCandleRepository(database) };
      return fill(work, { signal: stop.signal, showsProgress: !options.json });
    });
    if (options.json) printJson(summary);
    else process.stdout.write(`${summaryText(summary)}\n`);
  } finally {
    await history.close();
    stop.release();
  }
}

interface Work {
  readonly request: BackfillRequest;
  readonly span: TimeSpan;
  readonly history: CandleHistory;
  readonly candles: CandleRepository;
}

async function fill(
  { request, span, history, candles }: Work,
  { signal, showsProgress }: { readonly signal: AbortSignal; readonly showsProgress: boolean },
): Promise<BackfillSummary> {
  const { venue, symbols, timeframe } = request;
  const startedMs = performance.now();
  const plans = await Promise.all(
    symbols.map(async (symbol) => {
      const key = { venue, symbol, timeframe };
      const before = await candles.coverage(key, span);
      return { key, before, missing: missingSpans(span, before.read) };
    }),
  );
  const lengthMs = (one: TimeSpan) => one.toMs - one.fromMs;
  const totalMs = plans.flatMap(({ missing }) => missing).reduce((sum, one) => sum + lengthMs(one), 0);
  let doneMs = 0;
  const bar = createProgressBar(showsProgress ? process.stderr : { write() {} }, () => performance.now());
  const deps = {
    readPage: history.readPage,
    candles,
    venueNowMs: history.nowMs,
    wait: (ms: number) => setTimeout(ms, undefined, { signal }).catch(() => {}),
    signal,
    onPage(symbol: string, page: TimeSpan) {
      doneMs += lengthMs(page);
      bar.show({
        doneFraction: doneMs / totalMs,
        detail: `${symbol} ${timeframe} to ${isoTime(page.toMs).slice(0, 16)}`,
      });
    },
  };
  try {
    for (const { key, missing } of plans)
      for (const one of missing) await backfillSpan(key, one, deps).catch(tellWhatIsKept);
  } finally {
    bar.end();
  }
  const series = await Promise.all(
    plans.map(async ({ key, before }) =>
      summarizeSeries({ ...key, span }, before, await candles.coverage(key, span)),
    ),
  );
  return {
    venue,
    timeframe,
    ...span,
    complete: series.every(({ missingBars }) => missingBars === 0),
    bars: series.reduce((sum, { bars }) => sum + bars, 0),
    newBars: series.reduce((sum, { newBars }) => sum + newBars, 0),
    seconds: Math.round((performance.now() - startedMs) / 100) / 10,
    series,
  };
}

function tellWhatIsKept(thrown: unknown): never {
  const failure = toAppError(thrown);
  if (!failure.rule.retryable) throw failure;
  const { code, message, context } = failure;
  const kept = 'what has been read is stored, and the same command goes on from there';
  throw new AppError(code, `${message}; ${kept}`, { context, cause: thrown });
}
