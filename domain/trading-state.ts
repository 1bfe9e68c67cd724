import { z } from 'zod';
import { PositionSide } from './account.ts';
import { EpochMs } from './time.ts';

/** `active` trades, `reducing` only closes, `halted` opens nothing until re-armed. */
export const TradingMode = z.enum(['active', 'reducing', 'halted']);
export type TradingMode = z.infer<typeof TradingMode>;

/** Who ends a halt: a person, or the market by its recovery. */
export const HaltEnd = z.enum(['person', 'recovery']);
export type HaltEnd = z.infer<typeof HaltEnd>;

/** What a market that moves may hurt: nothing is opened on these sides, and their stops are brought nearer once. */
export const AtRisk = z.object({
  sides: z.array(PositionSide).min(1),
  /** Market time; it names the occasion. */
  sinceMs: EpochMs,
  message: z.string(),
});
export type AtRisk = z.infer<typeof AtRisk>;

export const TradingState = z.object({
  mode: TradingMode,
  reason: z.string(),
  /** Who set it: a person, the breaker, the Guardian agent, start-up. */
  setBy: z.string(),
  /** Market time. */
  sinceMs: EpochMs,
  /** Of a halt; absent where a person has to end it. */
  endsBy: HaltEnd.optional(),
  /** When a person last armed against a tripped market: falls before it are forgiven. */
  overriddenAtMs: EpochMs.optional(),
  /** Absent while no side is at risk. */
  atRisk: AtRisk.optional(),
});
export type TradingState = z.infer<typeof TradingState>;

/** A word about the trading state: whose it is, and why. */
export interface StateChange {
  readonly reason: string;
  readonly setBy: string;
  /** Market time. */
  readonly atMs: EpochMs;
  /** Of a halt: a person, unless it is said. */
  readonly endsBy?: HaltEnd;
}

export const BreakerLevel = z.enum(['clear', 'watch', 'tripped']);
export type BreakerLevel = z.infer<typeof BreakerLevel>;

export const BreakerReason = z.object({
  trigger: z.string(),
  level: BreakerLevel,
  value: z.number().nullable(),
  limit: z.number().nullable(),
  message: z.string(),
  /** Which positions this hurts; absent where it is not about a side. */
  hurts: z.array(PositionSide).min(1).optional(),
});
export type BreakerReason = z.infer<typeof BreakerReason>;

const SEVERITY: Readonly<Record<BreakerLevel, number>> = { clear: 0, watch: 1, tripped: 2 };

/** The graver of two levels. Nothing an agent says can make the result lighter. */
export function graverLevel(left: BreakerLevel, right: BreakerLevel): BreakerLevel {
  return SEVERITY[left] >= SEVERITY[right] ? left : right;
}

const MODE_SEVERITY: Readonly<Record<TradingMode, number>> = { active: 0, reducing: 1, halted: 2 };

/** The mode of the two that allows less. */
export function graverMode(left: TradingMode, right: TradingMode): TradingMode {
  return MODE_SEVERITY[left] >= MODE_SEVERITY[right] ? left : right;
}

/** What these reasons put at risk since `sinceMs`; undefined where none is about a side. */
export function atRiskOf(reasons: readonly BreakerReason[], sinceMs: EpochMs): AtRisk | undefined {
  const hurting = reasons.filter(({ hurts }) => hurts !== undefined);
  if (hurting.length === 0) return undefined;
  const sides = PositionSide.options.filter((side) => hurting.some(({ hurts }) => hurts?.includes(side)));
  return { sides, sinceMs, message: hurting.map(({ message }) => message).join('; ') };
}
