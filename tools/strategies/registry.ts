import { AppError } from '#domain/errors.ts';
import { breakout } from './breakout.ts';
import { dca } from './dca.ts';
import { grid } from './grid.ts';
import { meanReversion } from './mean-reversion.ts';
import { momentum } from './momentum.ts';
import { rsiReversal } from './rsi-reversal.ts';
import { smaCrossover } from './sma-crossover.ts';
import type { Strategy } from './strategy.ts';
import { weightedPoints } from './weighted-points.ts';

/** Every strategy there is, in the order in which they are listed. */
export const STRATEGIES: readonly Strategy[] = [
  weightedPoints,
  smaCrossover,
  rsiReversal,
  momentum,
  meanReversion,
  breakout,
  dca,
  grid,
];

/** @throws AppError `usage_invalid` that lists those there are */
export function strategyOf(name: string): Strategy {
  const found = STRATEGIES.find((strategy) => strategy.name === name);
  if (found !== undefined) return found;
  const there = STRATEGIES.map((strategy) => `${strategy.name} (${strategy.describes})`).join(', ');
  throw new AppError('usage_invalid', `there is no strategy "${name}": choose ${there}`);
}
