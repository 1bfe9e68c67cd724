import { z } from 'zod';
import { EpochMs } from './time.ts';

/** `active` trades, `reducing` only closes, `halted` opens nothing until re-armed. */
export const TradingMode = z.enum(['active', 'reducing', 'halted']);
export type TradingMode = z.infer<typeof TradingMode>;

export const TradingState = z.object({
  mode: TradingMode,
  reason: z.string(),
  /** Who set it: a person, the breaker, the Guardian agent, start-up. */
  setBy: z.string(),
  /** Market time. */
  sinceMs: EpochMs,
});
export type TradingState = z.infer<typeof TradingState>;

export const BreakerLevel = z.enum(['clear', 'watch', 'tripped']);
export type BreakerLevel = z.infer<typeof BreakerLevel>;

export const BreakerReason = z.object({
  trigger: z.string(),
  level: BreakerLevel,
  value: z.number().nullable(),
  limit: z.number().nullable(),
  message: z.string(),
});
export type BreakerReason = z.infer<typeof BreakerReason>;

const SEVERITY: Readonly<Record<BreakerLevel, number>> = { clear: 0, watch: 1, tripped: 2 };

/** The graver of two levels. Nothing an agent says can make the result lighter. */
export function graverLevel(left: BreakerLevel, right: BreakerLevel): BreakerLevel {
  return SEVERITY[left] >= SEVERITY[right] ? left : right;
}
