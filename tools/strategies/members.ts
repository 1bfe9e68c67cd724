import { breakout } from './breakout.ts';
import { meanReversion } from './mean-reversion.ts';
import { momentum } from './momentum.ts';
import { rsiReversal } from './rsi-reversal.ts';
import { smaCrossover } from './sma-crossover.ts';
import type { Strategy } from './strategy.ts';
import { weightedPoints } from './weighted-points.ts';

/** The strategies that hold one unit of a side at most: a vote of theirs is long, short or flat. */
export const MEMBERS: readonly Strategy[] = [
  weightedPoints,
  smaCrossover,
  rsiReversal,
  momentum,
  meanReversion,
  breakout,
];
