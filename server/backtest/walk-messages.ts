/** What a server and the process that walks a backtest for it tell each other. */
import type { BacktestProgress } from '#db/repositories/backtests.ts';
import type { Backtest, BacktestReport } from '#domain/backtest.ts';
import type { ChartBars } from '#domain/chart-bars.ts';
import type { RegimeWeights } from '#domain/strategy-weights.ts';
import type { Config } from '../config.ts';

/** The word of the command line that begins such a process; no word for a person. */
export const WALK_COMMAND = 'walk-backtest';

export interface WalkJob extends Pick<Backtest, 'backtestId' | 'strategy' | 'symbols' | 'fromMs' | 'toMs'> {
  /** Without its secrets. */
  readonly config: Config;
  /** Where a venue's candles are stored; null for files and made-up prices. */
  readonly candlesUrl: string | null;
  /** What was promoted when it was taken up. */
  readonly weights: RegimeWeights | null;
  /** When made-up prices begin. */
  readonly madeUpFromMs: number;
  /** What a process before this one has kept of the walk lies here. */
  readonly keptIn: string;
}

export type ToWalker =
  | { readonly kind: 'walk'; readonly job: WalkJob }
  /** Keep what was walked, and end. */
  | { readonly kind: 'stop' };

export type FromWalker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly progress: BacktestProgress }
  | { readonly kind: 'finished'; readonly report: BacktestReport; readonly bars: readonly ChartBars[] }
  | { readonly kind: 'failed'; readonly error: NonNullable<Backtest['error']> }
  | { readonly kind: 'stopped' };

/** Only what a walk needs: it has no business with a venue's account, a model or another database. */
export function withoutSecrets(config: Config): Config {
  const { http, exchange, llm } = config;
  return {
    ...config,
    ...{ databaseUrl: null, redisUrl: null },
    http: { ...http, apiKey: null, readKey: null, pin: null },
    exchange: { ...exchange, apiKey: null, secret: null, password: null, baseUrl: null },
    llm: { ...llm, apiKey: null, baseUrl: null, fallback: null },
  };
}
