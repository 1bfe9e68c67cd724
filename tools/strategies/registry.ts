import { AppError } from '#domain/errors.ts';
import { adaptive } from './adaptive.ts';
import { dca } from './dca.ts';
import { grid } from './grid.ts';
import { MEMBERS } from './members.ts';
import type { Strategy } from './strategy.ts';

/** Every strategy there is, in the order in which they are listed. */
export const STRATEGIES: readonly Strategy[] = [...MEMBERS, dca, grid, adaptive];

/** @throws AppError `usage_invalid` that lists those there are */
export function strategyOf(name: string): Strategy {
  const found = STRATEGIES.find((strategy) => strategy.name === name);
  if (found !== undefined) return found;
  const there = STRATEGIES.map((strategy) => `${strategy.name} (${strategy.describes})`).join(', ');
  throw new AppError('usage_invalid', `there is no strategy "${name}": choose ${there}`);
}
