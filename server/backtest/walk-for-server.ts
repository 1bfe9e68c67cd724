/**
 * The process that walks one backtest for a server, so that no desk shares a thread with it. It is told what to walk,
 * tells how far it is, and ends with its server: what it has kept is there for the next one.
 */
import { setImmediate } from 'node:timers/promises';
import { openDatabase } from '#db/client.ts';
import { createCandleRepository } from '#db/repositories/candles.ts';
import { toAppError } from '#domain/errors.ts';
import type { CandleArchive } from '#exchanges/replay/candle-archive.ts';
import { keptBacktest } from './kept-backtest.ts';
import { planBacktest } from './plan-backtest.ts';
import { storedArchive } from './stored-archive.ts';
import { strategyOf } from './strategies.ts';
import { type BacktestState, NOTHING_DONE, walkBacktest } from './walk-backtest.ts';
import type { FromWalker, ToWalker, WalkJob } from './walk-messages.ts';
import { wholeReport } from './whole-report.ts';

const SAVE_EVERY_MS = 2_000;
const TELL_EVERY_MS = 200;

export async function walkForServer(): Promise<void> {
  const stopping = new AbortController();
  // A key that ends a server reaches its whole group: the server says what is to become of the walk.
  process.on('SIGINT', () => {}).on('SIGTERM', () => {});
  process.once('disconnect', () => process.exit());
  const job = await new Promise<WalkJob>((resolve) => {
    process.on('message', (message: ToWalker) => {
      if (message.kind === 'walk') resolve(message.job);
      else stopping.abort();
    });
    void tell({ kind: 'ready' });
  });
  try {
    await withCandles(job, (stored) => walk(job, stored, stopping.signal));
  } catch (thrown) {
    const { code, message } = toAppError(thrown);
    await tell({ kind: 'failed', error: { code, message } });
  }
  process.disconnect();
}

async function walk(job: WalkJob, stored: CandleArchive | null, signal: AbortSignal): Promise<void> {
  const { config, symbols, fromMs, toMs, madeUpFromMs, weights } = job;
  const plan = await planBacktest({
    ...{ config, stored, symbols, fromMs, toMs, madeUpFromMs, weights },
    ...{ strategy: strategyOf(job.strategy), words: { from: 'from', to: 'to' } },
  });
  const { opened, span } = plan;
  const kept = keptBacktest(job.keptIn, plan.question);
  const begun = await kept.load();
  const desk = await plan.openDesk(begun);
  const tellHowFar = ({ doneToMs }: BacktestState) => {
    const doneFraction = doneToMs === null ? 0 : (doneToMs - span.fromMs) / (span.toMs - span.fromMs);
    void tell({ kind: 'progress', progress: { doneFraction, doneToMs, trades: desk.books.trades.size } });
  };
  let toldAt = performance.now();
  let savedAt = Number.NEGATIVE_INFINITY;
  const state = await walkBacktest(desk, span, {
    begun: begun ?? NOTHING_DONE,
    signal,
    onInstant(now) {
      if (performance.now() - toldAt < TELL_EVERY_MS) return;
      toldAt = performance.now();
      tellHowFar(now);
      // A walk is promises all the way: without a pause no word of the server would ever come in.
      if (performance.now() - savedAt < SAVE_EVERY_MS) return setImmediate();
      savedAt = performance.now();
      return save(now);
    },
  });
  async function save(now: BacktestState): Promise<void> {
    await kept.save({ ...now, desk: await desk.contents() });
  }
  if (signal.aborted) {
    await save(state);
    return tell({ kind: 'stopped' });
  }
  const reckoned = await plan.reckon(desk, state);
  await tell({ kind: 'finished', ...(await wholeReport(reckoned, { state, span, opened, config, desk })) });
}

async function withCandles(
  job: WalkJob,
  work: (stored: CandleArchive | null) => Promise<void>,
): Promise<void> {
  if (job.candlesUrl === null) return work(null);
  const database = await openDatabase({ url: job.candlesUrl });
  try {
    await work(await storedArchive(createCandleRepository(database), job.config.market.source));
  } finally {
    await database.close();
  }
}

/** Waits until it is on its way. */
function tell(message: FromWalker): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}
