import { setImmediate } from 'node:timers/promises';
import { sliceSeries } from '#domain/candle.ts';
import { AppError } from '#domain/errors.ts';
import { seededRandom } from '#domain/ids.ts';
import { HOUR_MS, isoTime } from '#domain/time.ts';
import { folderArchive } from '#exchanges/replay/candle-archive.ts';
import { withDrawnWeights } from '#tools/evaluation/drawn-weights.ts';
import { changeFuture, firstOtherDecision } from '#tools/evaluation/look-ahead.ts';
import type { StudyMarket } from '#tools/evaluation/study-market.ts';
import { drawParameters } from '#tools/strategies/parameters.ts';
import type { Strategy } from '#tools/strategies/strategy.ts';
import { strategyOf } from '../backtest/strategies.ts';
import type { Config } from '../config.ts';
import { type CycleCheck, checkCycle } from '../study/cycle-look-ahead.ts';
import { readStudyMarkets } from '../study/study-markets.ts';
import { instantOf, usage } from './instant-option.ts';
import { wholeNumber } from './number-option.ts';
import { createProgressBar } from './progress-bar.ts';
import { cliConfig, printJson, symbolList } from './session.ts';
import { stopOnSignal } from './stop-on-signal.ts';
import { strategiesNamed } from './strategies-request.ts';

export interface LookaheadOptions {
  readonly strategy: string;
  readonly data?: string;
  readonly venue: string;
  readonly symbols: string;
  readonly from: string;
  readonly hours: string;
  readonly sets: string;
  readonly changes: string;
  readonly seed: string;
  readonly json: boolean;
}

export interface StrategyCheck {
  readonly strategy: string;
  readonly sets: number;
  readonly differences: readonly {
    readonly parameters: object;
    readonly decidedAt: string;
    readonly changedFrom: string;
  }[];
}

/** Bars of a strategy's walk: as many as the longest look-back, and half as many again to decide on. */
const WINDOW_BARS = 3_000;
const FOUND_CODE = 3;

/** Changes candles to come, and tells every decision before them that became another. */
export async function lookaheadCheck(options: LookaheadOptions): Promise<void> {
  const config = withData(cliConfig(), options);
  const [sets, changes] = [
    wholeNumber('--sets', options.sets, 0, 100_000),
    wholeNumber('--changes', options.changes, 0, 10_000),
  ];
  const seed = wholeNumber('--seed', options.seed, 0, 2 ** 32 - 2);
  const fromMs = instantOf('--from', options.from);
  const toMs = fromMs + wholeNumber('--hours', options.hours, 1, 1_000) * HOUR_MS;
  const stop = stopOnSignal('stopping…');
  const bar = createProgressBar(options.json ? { write() {} } : process.stderr, () => performance.now());
  try {
    const path = config.market.dataPath ?? '';
    const asked = { path, symbols: symbolList(options.symbols), venue: options.venue, leastDays: 20 };
    const markets =
      sets === 0 ? [] : await readStudyMarkets({ ...asked, timeframes: ['5m', '15m', '1h'] }, 0);
    const strategies: StrategyCheck[] = [];
    for (const strategy of sets === 0 ? [] : strategiesNamed(options.strategy)) {
      bar.show({ doneFraction: 0, detail: strategy.name });
      // Lets a signal be heard.
      await setImmediate();
      if (!stop.signal.aborted) strategies.push(checkStrategy(strategy, markets, sets, seed));
    }
    const cycle = await checkCycle(
      {
        ...{ config, archive: await folderArchive(path), strategy: strategyOf('points'), changes, seed },
        ...{ symbols: asked.symbols, fromMs, toMs },
      },
      {
        signal: stop.signal,
        onChange: (done) =>
          bar.show({ doneFraction: done / changes, detail: `the whole cycle, ${done} changes` }),
      },
    );
    bar.end();
    if (stop.signal.aborted) {
      process.stderr.write('stopped before it was through: nothing is said of what was not looked at\n');
      return;
    }
    if (options.json) printJson({ strategies, cycle });
    else process.stdout.write(`${checkText(strategies, cycle)}\n`);
    if ([...strategies, cycle].some(({ differences }) => differences.length > 0))
      process.exitCode = FOUND_CODE;
  } finally {
    bar.end();
    stop.release();
  }
}

/** As many sets by lot, each on a window of a market by lot, with its future changed from a bar by lot on. */
export function checkStrategy(
  strategy: Strategy,
  markets: readonly Pick<StudyMarket, 'stretches'>[],
  sets: number,
  seed: number,
): StrategyCheck {
  const random = seededRandom(seed);
  const pick = (count: number) => Math.floor(random.next() * count);
  const stretches = markets.flatMap((market) =>
    market.stretches.filter(({ bars }) => bars.length > WINDOW_BARS / 2),
  );
  const differences: StrategyCheck['differences'][number][] = [];
  for (let set = 0; set < sets; set += 1) {
    const parameters = drawParameters(strategy, random.next);
    const whole = stretches[pick(stretches.length)]?.bars;
    if (whole === undefined)
      throw new AppError(
        'candle_data_missing',
        `no market has ${WINDOW_BARS / 2} bars in a row: name other --data`,
      );
    const from = pick(Math.max(1, whole.length - WINDOW_BARS));
    const bars = sliceSeries(whole, from, from + WINDOW_BARS);
    const lookBack = Math.min(strategy.lookBackBars(parameters), bars.length - 2);
    const lastSame = lookBack + pick(bars.length - 1 - lookBack);
    const changed = changeFuture(bars, lastSame + 1, random);
    const drawn = withDrawnWeights(strategy, random.next);
    const other = firstOtherDecision(drawn, parameters, { bars, changed, lastSame });
    const at = (index: number) => isoTime(bars.openAtMs[index] ?? 0);
    if (other !== null) differences.push({ parameters, decidedAt: at(other), changedFrom: at(lastSame + 1) });
  }
  return { strategy: strategy.name, sets, differences };
}

function checkText(strategies: readonly StrategyCheck[], cycle: CycleCheck): string {
  const said = (found: number) => (found === 0 ? 'no decision changed' : `${found} CHANGED A PAST DECISION`);
  return [
    ...strategies.map(
      ({ strategy, sets, differences }) =>
        `${strategy}: ${sets} sets and futures, ${said(differences.length)}`,
    ),
    `the whole cycle: ${cycle.cycles} cycles, ${cycle.changes} futures, ${said(cycle.differences.length)}`,
  ].join('\n');
}

function withData(config: Config, { data, venue }: LookaheadOptions): Config {
  const dataPath = data ?? config.market.dataPath;
  if (dataPath === null)
    throw usage('there are no candles: name a folder of candle files with --data, or set VIGIL_DATA');
  return { ...config, market: { ...config.market, source: 'replay', dataPath, dataVenue: venue } };
}
