/** What has come together in the last while, of any number of entries, in a bounded room. */
import type { EpochMs } from './time.ts';

export interface RollingSum {
  /** Takes an amount of that instant; order does not matter within a window. */
  add(atMs: EpochMs, amount: number): void;
  /** The sum over the window that ends at `nowMs`, which is not before the newest entry. */
  at(nowMs: EpochMs): number;
}

/** How many parts a window is kept in: its beginning is exact to one part. */
const PARTS = 360;

/**
 * The sum over a window of `windowMs`, kept in 360 parts: what fell into the window counts whole, and what came up to one
 * part's length before it may still count. The parts are added up anew at each question, so nothing drifts.
 */
export function createRollingSum({ windowMs }: { readonly windowMs: number }): RollingSum {
  const amounts = new Map<number, number>();
  let newest = Number.NEGATIVE_INFINITY;
  const partOf = (atMs: EpochMs) => Math.floor((atMs * PARTS) / windowMs);

  function startPart(part: number): void {
    newest = part;
    for (const known of amounts.keys()) if (known < part - PARTS) amounts.delete(known);
  }

  return {
    add(atMs, amount) {
      const part = partOf(atMs);
      if (part > newest) startPart(part);
      if (part >= newest - PARTS) amounts.set(part, (amounts.get(part) ?? 0) + amount);
    },
    at(nowMs) {
      const first = partOf(nowMs - windowMs);
      let sum = 0;
      for (const [part, amount] of amounts) if (part >= first) sum += amount;
      return sum;
    },
  };
}
