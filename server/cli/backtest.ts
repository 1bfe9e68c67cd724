import { open, writeFile } from 'node:fs/promises';
import type { Database } from '#db/client.ts';
import { createCandleRepository } from '#db/repositories/candles.ts';
import { createStrategyWeightsRepository } from '#db/repositories/strategy-weights.ts';
import { AppError } from '#domain/errors.ts';
import type { RegimeWeights } from '#domain/strategy-weights.ts';
import { type EpochMs, isoTime } from '#domain/time.ts';
import type { CandleArchive } from '#exchanges/replay/candle-archive.ts';
import { weighsVotes } from '#tools/strategies/desk-strategies.ts';
import type { BacktestDesk } from '../backtest/backtest-desk.ts';
import type { ReckonedBacktest } from '../backtest/backtest-result.ts';
import { walkPlanByColumns } from '../backtest/columns/walk-plan.ts';
import { type KeptBacktest, keptBacktest } from '../backtest/kept-backtest.ts';
import type { BacktestMarket } from '../backtest/open-backtest-market.ts';
import { type BacktestPlan, planBacktest } from '../backtest/plan-backtest.ts';
import { minuteText } from '../backtest/report/markup.ts';
import { reportPage } from '../backtest/report/report-page.ts';
import { storedArchive } from '../backtest/stored-archive.ts';
import { strategyOf } from '../backtest/strategies.ts';
import {
  type BacktestSpan,
  type BacktestState,
  NOTHING_DONE,
  walkBacktest,
} from '../backtest/walk-backtest.ts';
import type { Config } from '../config.ts';
import { withTables } from '../open-tables.ts';
import { usableWeights } from '../weights/usable-weights.ts';
import { resultText } from './backtest-text.ts';
import { durationOf, instantOf, usage } from './instant-option.ts';
import { wholeNumber } from './number-option.ts';
import { createProgressBar } from './progress-bar.ts';
import { cliConfig, cliLogger, symbolList } from './session.ts';

export interface BacktestOptions {
  readonly from?: string;
  readonly to?: string;
  readonly symbols?: string;
  readonly data?: string;
  readonly venue?: string;
  readonly strategy: string;
  readonly weights?: string;
  readonly armAfter?: string;
  readonly html?: string;
  readonly fresh: boolean;
  readonly fast: boolean;
  readonly json: boolean;
}

/** What a crash may cost of a walk. */
const SAVE_EVERY_MS = 10_000;
const SHOW_EVERY_MS = 100;
const STOPPED_CODE = 130;
/** What the columns' bounds are those of. */
const FAST_STRATEGY = 'points';

/** What the desk would have decided over a span of candles, and what it would have come to. */
export async function backtest(options: BacktestOptions): Promise<void> {
  strategyOf(options.strategy);
  if (options.fast && options.strategy !== FAST_STRATEGY)
    throw usage(
      `--fast knows the bounds of "${FAST_STRATEGY}" alone: leave it out for "${options.strategy}"`,
    );
  const version = askedWeights(options);
  askedSpan(options);
  askedArming(options);
  const config = withData(cliConfig(), options);
  const { source } = config.market;
  const isReplay = source === 'replay';
  if (isReplay && version === null) return backtestOn({ stored: null, weights: null }, config, options);
  await withTables(config, cliLogger(config), async (database) => {
    const weights = version === null ? null : await storedWeights(database, version);
    const candles = createCandleRepository(database);
    const stored = isReplay ? null : await storedArchive(candles, source);
    await backtestOn({ stored, weights }, config, options);
  });
}

async function backtestOn(
  given: { readonly stored: CandleArchive | null; readonly weights: RegimeWeights | null },
  config: Config,
  options: BacktestOptions,
): Promise<void> {
  const plan = await planBacktest({
    ...given,
    ...{
      config,
      strategy: strategyOf(options.strategy),
      ...askedSpan(options),
      ...askedArming(options),
    },
    symbols: options.symbols === undefined ? null : symbolList(options.symbols),
  });
  await assertWritable(options.html);
  const { opened, span } = plan;
  if (options.fast) return fastOn(plan, config, options);
  const kept = keptBacktest(config.homeDir, plan.question);
  const begun = options.fresh ? null : await kept.load();
  if (begun?.doneToMs != null)
    console.error(`going on from ${isoTime(begun.doneToMs)}, where it was stopped (--fresh begins anew)`);
  const desk = await plan.openDesk(begun);
  try {
    const state = await walk(desk, span, begun ?? NOTHING_DONE, kept);
    const reckoned = await plan.reckon(desk, state);
    await tell(reckoned, { state, span, opened, options, config, desk });
    // Last, so that a report that could not be written costs seconds of the walk and not all of it.
    if (state.doneToMs === span.toMs) await kept.forget();
  } finally {
    desk.close();
    await opened.market.close();
  }
}

/** Keeps nothing: to begin anew takes no longer than to read what was kept. */
async function fastOn(plan: BacktestPlan, config: Config, options: BacktestOptions): Promise<void> {
  const { opened, span } = plan;
  const { desk, walk: walked } = await whileStoppable(span, (signal, show) =>
    walkPlanByColumns(plan, { signal, onBars: (atMs) => show(atMs, '') }),
  );
  try {
    const { state, asked, passedOver } = walked;
    const reckoned = await plan.reckon(desk, state);
    await tell(reckoned, { state, span, opened, options, config, desk });
    console.error(
      `the desk itself was asked at ${asked.guards} of ${asked.bars} closes and in ${asked.cycles} cycles; ` +
        `in the other ${passedOver} nothing could happen`,
    );
  } finally {
    desk.close();
    await opened.market.close();
  }
}

async function walk(
  desk: BacktestDesk,
  span: BacktestSpan,
  begun: BacktestState,
  kept: KeptBacktest,
): Promise<BacktestState> {
  let savedAt = Number.NEGATIVE_INFINITY;
  const save = async (state: BacktestState) => kept.save({ ...state, desk: await desk.contents() });
  return whileStoppable(span, async (signal, show) => {
    const state = await walkBacktest(desk, span, {
      begun,
      signal,
      onLookAgain: (atMs) => show(atMs, 'looked at again'),
      onInstant(now) {
        show(now.doneToMs ?? span.fromMs, `${desk.books.trades.size} trades`);
        if (performance.now() - savedAt < SAVE_EVERY_MS) return;
        savedAt = performance.now();
        return save(now);
      },
    });
    if (signal.aborted) await save(state);
    return state;
  });
}

type Show = (atMs: EpochMs, words: string) => void;

/** With a progress bar, and ended between two instants by Ctrl-C. */
async function whileStoppable<Result>(
  span: BacktestSpan,
  work: (signal: AbortSignal, show: Show) => Promise<Result>,
): Promise<Result> {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const bar = createProgressBar(process.stderr, () => performance.now());
  let shownAt = Number.NEGATIVE_INFINITY;
  const show: Show = (atMs, words) => {
    if (performance.now() - shownAt < SHOW_EVERY_MS) return;
    shownAt = performance.now();
    const doneFraction = (atMs - span.fromMs) / (span.toMs - span.fromMs);
    bar.show({ doneFraction, detail: `${minuteText(atMs)} ${words}` });
  };
  try {
    return await work(stopping.signal, show);
  } finally {
    bar.end();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

async function tell(
  reckoned: ReckonedBacktest,
  about: {
    readonly state: BacktestState;
    readonly span: BacktestSpan;
    readonly opened: BacktestMarket;
    readonly options: BacktestOptions;
    readonly config: Config;
    readonly desk: BacktestDesk;
  },
): Promise<void> {
  const { state, span, opened, options, config, desk } = about;
  const { html, json } = options;
  if (html !== undefined) {
    const page = await reportPage(reckoned, { state, span, opened, config, desk });
    await writeFile(html, page).catch((cause: Error) => Promise.reject(unwritable(html, cause)));
    console.error(`the report is in ${html}`);
  }
  if (json) process.stdout.write(`${JSON.stringify(reckoned.result)}\n`);
  else process.stdout.write(`${resultText(reckoned, state)}\n`);
  if (state.failure !== null)
    console.error(
      `${state.outcomes.failed} cycles failed, as they would have live; the first: ${state.failure}`,
    );
  if (reckoned.restraint !== null)
    console.error(
      `at its end the desk opened nothing any more, ${reckoned.restraint} (--arm-after 1d would have a person arm it)`,
    );
  if (state.doneToMs === span.toMs) return;
  console.error(
    `stopped at ${reckoned.result.to}, before ${isoTime(span.toMs)}: the same command ${options.fast ? 'begins anew' : 'goes on from there'}`,
  );
  process.exitCode = STOPPED_CODE;
}

/** Known before the walk rather than after it. */
async function assertWritable(path: string | undefined): Promise<void> {
  if (path === undefined) return;
  try {
    await (await open(path, 'a')).close();
  } catch (cause) {
    throw unwritable(path, cause as Error);
  }
}

function unwritable(path: string, cause: Error): AppError {
  const message = `--html "${path}" cannot be written: ${cause.message}; name a file in a folder that takes it`;
  return new AppError('usage_invalid', message, { cause });
}

function askedSpan({ from, to }: Pick<BacktestOptions, 'from' | 'to'>) {
  const fromMs = from === undefined ? null : instantOf('--from', from);
  const toMs = to === undefined ? null : instantOf('--to', to);
  if (fromMs !== null && toMs !== null && fromMs >= toMs)
    throw usage(`--from ${isoTime(fromMs)} is not before --to ${isoTime(toMs)}: exchange them`);
  return { fromMs, toMs };
}

/** Null weighs all the same. */
function askedWeights({ strategy, weights }: BacktestOptions): number | null {
  if (weights === undefined) return null;
  if (weighsVotes(strategy)) return wholeNumber('--weights', weights, 1, 999_999_999);
  throw usage(`--weights is for a strategy that weighs votes, and "${strategy}" does not`);
}

async function storedWeights(database: Database, version: number): Promise<RegimeWeights> {
  const stored = await createStrategyWeightsRepository(database).get(version);
  if (stored !== null) return usableWeights(stored);
  throw new AppError(
    'not_found',
    `there are no weights ${version}: vigil weights list tells which there are`,
  );
}

function askedArming({ armAfter }: Pick<BacktestOptions, 'armAfter'>) {
  return armAfter === undefined ? {} : { armAfterMs: durationOf('--arm-after', armAfter) };
}

function withData(config: Config, { data, venue }: Pick<BacktestOptions, 'data' | 'venue'>): Config {
  const { market } = config;
  return {
    ...config,
    market: {
      ...market,
      ...(data !== undefined && { source: 'replay', dataPath: data }),
      ...(venue !== undefined && { dataVenue: venue }),
    },
  };
}
