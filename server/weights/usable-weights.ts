import type { StoredWeights } from '#db/repositories/strategy-weights.ts';
import { AppError } from '#domain/errors.ts';
import { RegimeWeights } from '#domain/strategy-weights.ts';
import { STRATEGY_TIMEFRAME } from '#tools/strategies/follow-strategy.ts';
import { MEMBERS } from '#tools/strategies/members.ts';
import { parametersOf } from '#tools/strategies/parameters.ts';

/**
 * A version as a desk weighs by it.
 * @throws AppError `conflict` where it was learned on other bars or of other strategies than a desk has votes of
 */
export function usableWeights({ version, cells, facts }: StoredWeights): RegimeWeights {
  if (facts.timeframe !== STRATEGY_TIMEFRAME)
    throw unusable(
      version,
      `were learned on ${facts.timeframe} bars, and desks vote on ${STRATEGY_TIMEFRAME}`,
    );
  const today = MEMBERS.map((member) => wordsOf(member.name, parametersOf(member)));
  const learned = facts.members.map(({ strategy, parameters }) => wordsOf(strategy, parameters));
  if (today.join() !== learned.join())
    throw unusable(version, 'were learned of other strategies or parameters than those of today');
  const read = RegimeWeights.safeParse({ version, cells });
  if (read.success) return read.data;
  throw unusable(version, `as they are stored cannot be used: ${read.error.issues[0]?.message}`);
}

/** In one order, whatever order a database keeps. */
function wordsOf(strategy: string, parameters: Readonly<Record<string, number>>): string {
  const values = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
  return `${strategy} ${values.sort().join(' ')}`;
}

function unusable(version: number, why: string): AppError {
  return new AppError('conflict', `weights ${version} ${why}: learn others`, { context: { version } });
}
