import type { SpendingLimit } from './spending.ts';

/** Limits in US dollars. 0 allows nothing, whatever a call would cost. */
export interface SpendingLimits {
  readonly usdPerDay: number;
  readonly usdPerCycle: number;
}

/** Spent, and reserved for calls under way, in US dollars: in this UTC day by everybody, and by one run. */
export interface Committed {
  readonly dayUsd: number;
  readonly cycleUsd: number;
}

export interface Shortfall {
  readonly limit: SpendingLimit;
  readonly limitUsd: number;
  readonly committedUsd: number;
  readonly estimateUsd: number | null;
}

/**
 * Why this much more cannot be spent; null when it can. An amount nobody can tell passes until the limit is reached, and
 * a sum that is not a number counts as spent.
 */
export function shortfallOf(
  committed: Committed,
  usd: number | null,
  { usdPerDay, usdPerCycle }: SpendingLimits,
): Shortfall | null {
  const sides = [
    { limit: 'cycle', limitUsd: usdPerCycle, committedUsd: committed.cycleUsd },
    { limit: 'day', limitUsd: usdPerDay, committedUsd: committed.dayUsd },
  ] as const;
  for (const side of sides) {
    const { limitUsd, committedUsd } = side;
    const isWithin = usd === null ? committedUsd < limitUsd : committedUsd + usd <= limitUsd;
    if (limitUsd === 0 || !isWithin) return { ...side, estimateUsd: usd };
  }
  return null;
}
