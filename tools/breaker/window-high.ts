import type { EpochMs } from '#domain/time.ts';

/** The highest price of a window that moves with time. */
export interface WindowHigh {
  /** Takes a price; never of an earlier instant than the one before. */
  add(atMs: EpochMs, price: number): void;
  /** The highest price in `(nowMs - windowMs, nowMs]`; 0 where there is none. */
  at(nowMs: EpochMs): number;
  /** Drops what was up to this instant. */
  forget(untilMs: EpochMs): void;
}

/** Most prices that are kept: a price that falls for four hours without a pause would keep every print. */
const PARTS = 3_600;
const COMPACT_FROM = 1_024;

/**
 * A queue of falling highs: O(1) amortised for each price, at most 3,600 of them. Prices that come closer together than
 * 1/3,600 of the window share a place, so its beginning is exact to that, and never later than asked.
 */
export function createWindowHigh({ windowMs }: { readonly windowMs: number }): WindowHigh {
  const partMs = windowMs / PARTS;
  const times: EpochMs[] = [];
  const prices: number[] = [];
  let head = 0;

  function compact(): void {
    if (head < COMPACT_FROM || head * 2 < times.length) return;
    times.splice(0, head);
    prices.splice(0, head);
    head = 0;
  }

  function dropUntil(atMs: EpochMs): void {
    while ((times[head] ?? Number.POSITIVE_INFINITY) <= atMs) head += 1;
    compact();
  }

  return {
    add(atMs, price) {
      dropUntil(atMs - windowMs);
      while (times.length > head && (prices.at(-1) ?? price) <= price) {
        times.pop();
        prices.pop();
      }
      const last = times.length > head ? times.at(-1) : undefined;
      if (last !== undefined && Math.floor(last / partMs) === Math.floor(atMs / partMs)) {
        times[times.length - 1] = atMs;
        return;
      }
      times.push(atMs);
      prices.push(price);
    },
    at(nowMs) {
      dropUntil(nowMs - windowMs);
      return prices[head] ?? 0;
    },
    forget: dropUntil,
  };
}
