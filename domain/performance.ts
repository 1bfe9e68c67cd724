/** What a desk's trading came to over a span of market time: measured, after fees and funding, and from what count. */
import { z } from 'zod';
import { PositionSide } from './account.ts';
import { DecimalText } from './decimal.ts';
import { TradeStreak, TradeTally } from './feedback.ts';
import { Drawdown, HoldingTimes, ReturnRatio } from './figures.ts';
import { MarketSymbol } from './symbol.ts';
import { EpochMs } from './time.ts';

export const CurvePoint = z.object({
  atMs: EpochMs,
  equityQuote: DecimalText,
  /** How far it lies below the highest before it, as a fraction of that. */
  fallFraction: z.number().nonnegative(),
});
export type CurvePoint = z.infer<typeof CurvePoint>;

export const EquityFigures = z.object({
  fromMs: EpochMs,
  toMs: EpochMs,
  startQuote: DecimalText,
  endQuote: DecimalText,
  changeQuote: DecimalText,
  changeFraction: z.number().nullable(),
  /** Readings it was measured on. */
  points: z.number().int().positive(),
  /** The deepest fall in quote currency; null where equity never fell. */
  maxDrawdown: Drawdown.nullable(),
  /** Thinned for a screen; every deepest point is in it. */
  curve: z.array(CurvePoint),
});
export type EquityFigures = z.infer<typeof EquityFigures>;

export const HoldComparison = z.object({
  symbols: z.array(MarketSymbol),
  fromMs: EpochMs,
  toMs: EpochMs,
  netQuote: DecimalText,
  netFraction: z.number(),
  worstDrawdownQuote: DecimalText,
});
export type HoldComparison = z.infer<typeof HoldComparison>;

export const TradeFigures = z.object({
  total: TradeTally,
  bySide: z.array(z.object({ side: PositionSide, tally: TradeTally })),
  /** The most traded first. */
  bySymbol: z.array(z.object({ symbol: MarketSymbol, tally: TradeTally })),
  /** By the UTC hour of the market in which the position was opened; hours without a trade are left out. */
  byHour: z.array(z.object({ hourUtc: z.number().int().min(0).max(23), tally: TradeTally })),
  /** Null without a trade, like `streak`. */
  holding: HoldingTimes.nullable(),
  streak: TradeStreak.nullable(),
  longestWinningStreak: z.number().int().nonnegative(),
  longestLosingStreak: z.number().int().nonnegative(),
});
export type TradeFigures = z.infer<typeof TradeFigures>;

export const PerformanceReport = z.object({
  deskId: z.string(),
  fromMs: EpochMs,
  toMs: EpochMs,
  /** False where there were more trades or readings than are looked at: the newest count. */
  isWhole: z.boolean(),
  trades: TradeFigures,
  sharpe: ReturnRatio,
  sortino: ReturnRatio,
  /** Null without a reading of the account in the span. */
  equity: EquityFigures.nullable(),
  /** Buying the desk's symbols in equal parts at the first reading and waiting, fees and funding included. */
  buyAndHold: HoldComparison.nullable(),
  /** Why there is nothing to hold it against. */
  buyAndHoldReason: z.string().nullable(),
});
export type PerformanceReport = z.infer<typeof PerformanceReport>;
