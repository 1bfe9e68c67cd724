/** What came of a desk's last cycles: what is stored of it, and what it adds up to. */
import { z } from 'zod';
import type { PositionSide, Trade } from './account.ts';
import { DecimalText } from './decimal.ts';
import type { EquityPoint } from './desk-event.ts';
import type { Drawdown, HoldingTimes, ReturnRatio } from './figures.ts';
import type { TradeProposal, Verdict } from './proposal.ts';
import type { MarketSymbol } from './symbol.ts';
import type { EpochMs } from './time.ts';

/** A finished cycle, as far as it decided on trades. */
export interface PastCycle {
  readonly asOfMs: EpochMs;
  readonly proposals: readonly TradeProposal[];
  readonly verdicts: readonly Verdict[];
}

export type PastTrade = Pick<
  Trade,
  | 'symbol'
  | 'side'
  | 'quantityBase'
  | 'entryPriceQuote'
  | 'leverage'
  | 'grossQuote'
  | 'feesQuote'
  | 'fundingQuote'
  | 'netQuote'
  | 'openedAtMs'
  | 'closedAtMs'
  | 'exitReason'
>;

/** All of it lies before the market time it was asked for. */
export interface PastTrading {
  /** Newest first. */
  readonly cycles: readonly PastCycle[];
  /** Round trips closed in their time, or the newest before it where those are few; newest first. */
  readonly trades: readonly PastTrade[];
  /**
   * Of the account in the days before it, oldest first: the last reading of each UTC day, and the two ends of the deepest
   * fall of all readings.
   */
  readonly equity: readonly Pick<EquityPoint, 'atMs' | 'equityQuote'>[];
}

/** Of closed round trips. A trade that came to exactly nothing is neither won nor lost. */
export const TradeTally = z.object({
  trades: z.number().int().nonnegative(),
  won: z.number().int().nonnegative(),
  lost: z.number().int().nonnegative(),
  /** Won over all; null without a trade. */
  winRateFraction: z.number().nullable(),
  /** What was won over what was lost; null where nothing was lost. */
  profitFactor: z.number().nullable(),
  /** After fees and funding, to the last digit; null where there is none. */
  averageWinQuote: DecimalText.nullable(),
  /** Negative. */
  averageLossQuote: DecimalText.nullable(),
  /** Mean of what each came to over the margin it was opened with, so that leverage counts; null without a trade. */
  averageMarginReturnFraction: z.number().nullable(),
  grossQuote: DecimalText,
  feesQuote: DecimalText,
  /** Paid; negative when received. */
  fundingQuote: DecimalText,
  netQuote: DecimalText,
});
export type TradeTally = z.infer<typeof TradeTally>;

/** How many of the newest trades in a row ended alike. */
export const TradeStreak = z.object({
  outcome: z.enum(['won', 'lost', 'even']),
  trades: z.number().int().positive(),
});
export type TradeStreak = z.infer<typeof TradeStreak>;

/** What the Risk agent refused or cut away of opens the gate had passed, reckoned on the candles that came after. */
export interface CutTally {
  readonly refused: number;
  readonly shrunk: number;
  /** Those the market has since decided: at their stop or at their target. */
  readonly decided: number;
  /** Those it has not, or whose candles are not at hand. */
  readonly undecided: number;
  /** Losses that were not made, and gains that were not; both positive, after fees. */
  readonly savedQuote: DecimalText;
  readonly missedQuote: DecimalText;
  /** Saved less missed: positive where the cuts were worth it. */
  readonly netQuote: DecimalText;
}

export interface SymbolNet {
  readonly symbol: MarketSymbol;
  readonly trades: number;
  readonly netQuote: DecimalText;
}

export interface Feedback {
  readonly cycles: number;
  /** Market time of the oldest cycle; null before the first. */
  readonly sinceMs: EpochMs | null;
  readonly total: TradeTally;
  readonly bySide: Readonly<Record<PositionSide, TradeTally>>;
  /** By symbol, the most traded first. */
  readonly bySymbol: ReadonlyMap<MarketSymbol, TradeTally>;
  /** By what it came to; null where fewer than two symbols were traded, like `worst`. */
  readonly best: SymbolNet | null;
  readonly worst: SymbolNet | null;
  /** Null without a trade, like `holding`. */
  readonly streak: TradeStreak | null;
  /** Of the trades told here. */
  readonly longestLosingStreak: number;
  /** Newest first. */
  readonly lastTrades: readonly PastTrade[];
  readonly holding: HoldingTimes | null;
  readonly sharpe: ReturnRatio;
  readonly sortino: ReturnRatio;
  /** Null without a reading, and where equity never fell. */
  readonly maxDrawdown: Pick<Drawdown, 'quote' | 'fraction'> | null;
  readonly cuts: CutTally;
}
