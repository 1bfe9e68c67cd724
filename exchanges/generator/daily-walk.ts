/**
 * Where a walk stands at midnight, for any day without replaying the days before it: every 64 days it passes an
 * independently drawn anchor, and the days between bridge from anchor to anchor. So it stays near its level for ever.
 */
import { createBoundedCache } from './bounded-cache.ts';
import { NORMAL, pick, randomFor } from './draws.ts';

const BLOCK_DAYS = 64;
const BLOCKS_KEPT = 8;

export interface DailyWalk {
  /** The logarithm at 00:00 UTC of a day (whole days since 1970). */
  logAt(day: number): number;
}

export interface DailyWalkOptions {
  readonly seed: number;
  readonly name: string;
  /** Standard deviation of the anchors. */
  readonly anchorSpreadLog: number;
  /** A day's planned move and the standard deviation of the rest of it. */
  stepOf(day: number): { readonly plannedLog: number; readonly spreadLog: number };
}

export function createDailyWalk(options: DailyWalkOptions): DailyWalk {
  const blocks = createBoundedCache<Float64Array>(BLOCKS_KEPT);
  return {
    logAt(day) {
      const block = Math.floor(day / BLOCK_DAYS);
      return blocks.get(block, () => bridgedBlock(block, options))[day - block * BLOCK_DAYS]!;
    },
  };
}

function bridgedBlock(block: number, options: DailyWalkOptions): Float64Array {
  const random = randomFor(options.seed, options.name, 'days', block);
  const free = new Float64Array(BLOCK_DAYS + 1);
  for (let i = 0; i < BLOCK_DAYS; i++) {
    const step = options.stepOf(block * BLOCK_DAYS + i);
    free[i + 1] = free[i]! + step.plannedLog + step.spreadLog * pick(NORMAL, random);
  }
  const from = anchorLog(block, options);
  const missed = anchorLog(block + 1, options) - from - free[BLOCK_DAYS]!;
  return free.map((log, i) => from + log + (missed * i) / BLOCK_DAYS);
}

function anchorLog(block: number, { seed, name, anchorSpreadLog }: DailyWalkOptions): number {
  return anchorSpreadLog * pick(NORMAL, randomFor(seed, name, 'anchor', block));
}
