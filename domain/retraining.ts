/** What speaks for training a new Q-table, as far as it is recorded. All times are the market's. */
import type { TrendRegime } from './signal.ts';
import type { MarketSymbol } from './symbol.ts';
import type { EpochMs } from './time.ts';

export interface RetrainFacts {
  /** Of the desk's newest signal. */
  readonly nowMs: EpochMs;
  /** Symbols the desk has signals of, in the order of their names. */
  readonly symbols: readonly MarketSymbol[];
  /** The version that knows the latest bars, and their end; null where none was trained. */
  readonly version: number | null;
  readonly knownToMs: EpochMs | null;
  /** Recorded since those bars, and all of them where no version was trained. */
  readonly signals: number;
  /** The newest round trips closed since those bars, and how many of these were won. */
  readonly trades: number;
  readonly won: number;
  /** Bitcoin's trend at the end of those bars; null where it was not watched. */
  readonly trendThen: TrendRegime | null;
  /** Its trend over the last day; null where it has not been the same all day. */
  readonly trendNow: TrendRegime | null;
}

export interface RetrainReason {
  readonly trigger: 'signals' | 'age' | 'win_rate' | 'regime';
  readonly message: string;
}

/** How many of the newest trades a win rate is told of. */
export const RETRAIN_TRADES = 20;
