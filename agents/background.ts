/**
 * What only a model is shown beside its question. Each part is made when it is asked for, so an agent that decides by its
 * rules, and a backtest, pay for none of it. All of it is as of the run's market time.
 */
import type { ConvictionReach, LimitRoom, Stake } from '#domain/allowance.ts';
import type { DecimalText } from '#domain/decimal.ts';
import type { Feedback } from '#domain/feedback.ts';
import type { TradeProposal } from '#domain/proposal.ts';
import type { QAdvice, RecentValues, Signal } from '#domain/signal.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';

export interface Background {
  /** Bitcoin's signal; null where it is not in the universe. */
  readonly btc: Signal | null;
  /** Values of the newest closed bars, oldest first; empty for a symbol without sound data. */
  recent(symbol: MarketSymbol): readonly RecentValues[];
  /** Settled funding, oldest first; empty where none is known. */
  fundings(symbol: MarketSymbol): Promise<readonly SettledFunding[]>;
  feedback(): Promise<Feedback>;
  reachOf(signal: Signal, advice: QAdvice | null): ConvictionReach;
  /** Null where the symbol has no sound data. */
  stakeOf(proposal: TradeProposal, quantityBase: DecimalText): Stake | null;
  /** Empty where the account is not part of the question, or could not be read. */
  room(): Promise<readonly LimitRoom[]>;
}

export interface SettledFunding {
  readonly atMs: EpochMs;
  readonly rateFraction: number;
}
