import { type Timeframe as Bars, Timeframe } from '#domain/time.ts';
import { STRATEGIES, strategyOf } from '#tools/strategies/registry.ts';
import type { Strategy } from '#tools/strategies/strategy.ts';
import type { Config } from '../config.ts';
import type { StudyRequest } from '../study/study-markets.ts';
import { usage } from './instant-option.ts';
import { wholeNumber } from './number-option.ts';
import { symbolList } from './session.ts';

export interface StudyCommandOptions {
  readonly strategy: string;
  readonly data?: string;
  readonly venue?: string;
  readonly symbols?: string;
  readonly timeframes: string;
  readonly leastDays: string;
  readonly sets: string;
  readonly episodes: string;
  readonly threads?: string;
  readonly seed: string;
  readonly overMachines: boolean;
  readonly fresh: boolean;
  readonly markdown: boolean;
  readonly json: boolean;
}

export interface StudyCommand {
  readonly markets: StudyRequest;
  readonly strategies: readonly Strategy[];
  readonly mostSets: number;
  readonly episodes: number;
  readonly threads: number;
  readonly seed: number;
}

/** @throws AppError `usage_invalid`, `symbol_invalid` */
export function studyCommand(
  options: StudyCommandOptions,
  { market }: Pick<Config, 'market'>,
  cores: number,
): StudyCommand {
  const path = options.data ?? market.dataPath;
  if (path === null)
    throw usage('there are no candles: name a folder of candle files with --data, or set VIGIL_DATA');
  return {
    markets: {
      path,
      venue: options.venue ?? null,
      symbols: options.symbols === undefined ? null : symbolList(options.symbols),
      timeframes: timeframeList(options.timeframes),
      leastDays: wholeNumber('--least-days', options.leastDays, 20, 100_000),
    },
    strategies: strategiesNamed(options.strategy),
    mostSets: wholeNumber('--sets', options.sets, 1, 10_000),
    episodes: wholeNumber('--episodes', options.episodes, 0, 100_000),
    threads: options.threads === undefined ? cores : wholeNumber('--threads', options.threads, 0, 64),
    seed: wholeNumber('--seed', options.seed, 0, 2 ** 32 - 2),
  };
}

/** `all`, or names separated by commas. @throws AppError `usage_invalid` that lists those there are */
export function strategiesNamed(text: string): readonly Strategy[] {
  return text === 'all' ? STRATEGIES : text.split(',').map((name) => strategyOf(name.trim()));
}

function timeframeList(text: string): Bars[] {
  return text.split(',').map((one) => {
    const read = Timeframe.safeParse(one.trim());
    if (read.success) return read.data;
    throw usage(`--timeframes "${one}" is not one of ${Timeframe.options.join(', ')}`);
  });
}
