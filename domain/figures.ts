/** Figures of a curve of equity and of the trades under it. */
import { z } from 'zod';
import { DecimalText } from './decimal.ts';
import { EpochMs } from './time.ts';

/** Under these a ratio of returns to their spread says nothing, and none is told. */
export const SHARPE_LEAST_TRADES = 10;
export const SHARPE_LEAST_DAYS = 14;
/** These markets never close. */
export const DAYS_OF_YEAR = 365;

export const HoldingTimes = z.object({
  meanMs: z.number().nonnegative(),
  medianMs: z.number().nonnegative(),
  longestMs: z.number().nonnegative(),
});
export type HoldingTimes = z.infer<typeof HoldingTimes>;

/** Daily returns against a riskless return of 0, for a year; Sharpe's by their deviation, Sortino's by that of the falls alone. */
export const ReturnRatio = z.object({
  /** Null where it says nothing. */
  ratio: z.number().nullable(),
  /** Why there is none. */
  reason: z.string().nullable(),
  /** Returns from one UTC midnight of the market to the next. */
  days: z.number().int().nonnegative(),
  trades: z.number().int().nonnegative(),
});
export type ReturnRatio = z.infer<typeof ReturnRatio>;

export const Drawdown = z.object({
  quote: DecimalText,
  /** Of the peak it fell from. */
  fraction: z.number().nonnegative(),
  peakAtMs: EpochMs,
  troughAtMs: EpochMs,
  /** When equity stood at the old peak again; null while it has not. */
  recoveredAtMs: EpochMs.nullable(),
});
export type Drawdown = z.infer<typeof Drawdown>;
