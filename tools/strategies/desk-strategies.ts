/** What the desk can trade by. It holds one position of a symbol and never adds to it, so strategies that do are refused. */
import { AppError } from '#domain/errors.ts';
import type { RegimeWeights } from '#domain/strategy-weights.ts';
import { adaptive, adaptiveBy } from './adaptive.ts';
import { parametersOf } from './parameters.ts';
import { STRATEGIES } from './registry.ts';
import type { Strategy } from './strategy.ts';

export interface DeskStrategy {
  readonly name: string;
  readonly describes: string;
  /** Whose word takes the place of the desk's points; null where they stand. */
  readonly follows: Strategy | null;
}

export const OWN_POINTS = 'points';

export const DESK_STRATEGIES: readonly DeskStrategy[] = [
  {
    name: OWN_POINTS,
    describes: 'the desk’s own weighted points, decided by the rules of its agents',
    follows: null,
  },
  ...STRATEGIES.filter((strategy) => !addsUnits(strategy)).map((strategy) => ({
    ...{ name: strategy.name, describes: strategy.describes, follows: strategy },
  })),
];

/** @throws AppError `usage_invalid` that lists those there are, and says why the desk cannot trade by another */
export function deskStrategyOf(name: string): DeskStrategy {
  const found = DESK_STRATEGIES.find((strategy) => strategy.name === name);
  if (found !== undefined) return found;
  const there = DESK_STRATEGIES.map(({ name, describes }) => `${name} (${describes})`).join(', ');
  const why = STRATEGIES.some((strategy) => strategy.name === name)
    ? `the strategy "${name}" adds to what it holds, and the desk never adds to a position`
    : `there is no strategy "${name}"`;
  throw new AppError('usage_invalid', `${why}: choose ${there}`);
}

/** As `deskStrategyOf`; one that weighs others' votes does so by these weights, and evenly by none. */
export function weighedDeskStrategyOf(name: string, weights: RegimeWeights | null): DeskStrategy {
  const strategy = deskStrategyOf(name);
  if (!weighsVotes(name) || weights === null) return strategy;
  return { ...strategy, follows: adaptiveBy(weights) };
}

export function weighsVotes(name: string): boolean {
  return name === adaptive.name;
}

function addsUnits(strategy: Strategy): boolean {
  return strategy.limits(parametersOf(strategy)).maxUnits > 1;
}
