import { DEFAULT_Q_PARAMETERS, QTableParameters } from '#domain/q-table.ts';
import { isoTime, Timeframe } from '#domain/time.ts';
import type { Config } from '../config.ts';
import { DEFAULT_POOL } from '../engine/market-source.ts';
import type { TrainingRequest } from '../training/training-data.ts';
import { instantOf, usage } from './instant-option.ts';
import { wholeNumber } from './number-option.ts';
import { symbolList } from './session.ts';

export interface TrainOptions {
  readonly symbols?: string;
  readonly from: string;
  readonly to?: string;
  readonly timeframe: string;
  readonly venue?: string;
  readonly episodes: string;
  readonly seed: string;
  readonly reward: string;
  readonly json: boolean;
}

/** Seeds are whole numbers a `uint32` holds. */
const MAX_SEED = 2 ** 32 - 2;
export const MOST_EPISODES = 100_000;

/** @throws AppError `usage_invalid`, `symbol_invalid` */
export function trainRequest(
  options: TrainOptions,
  config: Pick<Config, 'market'>,
  nowMs: number,
): TrainingRequest {
  const { market } = config;
  const timeframe = Timeframe.safeParse(options.timeframe);
  if (!timeframe.success)
    throw usage(`--timeframe "${options.timeframe}" is not one of ${Timeframe.options.join(', ')}`);
  const fromMs = instantOf('--from', options.from);
  const toMs = options.to === undefined ? nowMs : instantOf('--to', options.to);
  if (fromMs >= toMs)
    throw usage(`--from ${isoTime(fromMs)} is not before --to ${isoTime(toMs)}: exchange them`);
  return {
    symbols: options.symbols === undefined ? (market.symbols ?? DEFAULT_POOL) : symbolList(options.symbols),
    span: { fromMs, toMs },
    timeframe: timeframe.data,
    venue: options.venue ?? (market.dataPath === null ? null : market.dataVenue),
    seed: wholeNumber('--seed', options.seed, 0, MAX_SEED),
    parameters: {
      ...DEFAULT_Q_PARAMETERS,
      episodes: wholeNumber('--episodes', options.episodes, 1, MOST_EPISODES),
      reward: rewardOf(options.reward),
    },
  };
}

function rewardOf(text: string): QTableParameters['reward'] {
  const read = QTableParameters.shape.reward.safeParse(text);
  if (read.success) return read.data;
  throw usage(`--reward "${text}" is not one of ${QTableParameters.shape.reward.options.join(', ')}`);
}
