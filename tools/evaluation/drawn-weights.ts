import { REGIME_CELLS, type RegimeWeights } from '#domain/strategy-weights.ts';
import { adaptiveBy } from '#tools/strategies/adaptive.ts';
import { weighsVotes } from '#tools/strategies/desk-strategies.ts';
import { MEMBERS } from '#tools/strategies/members.ts';
import type { Strategy } from '#tools/strategies/strategy.ts';

/**
 * A strategy that weighs votes, by weights that differ from regime to regime: even ones would hide one that was wrong.
 * Any other strategy as it is.
 * @param random uniform, 0 up to 1
 */
export function withDrawnWeights(strategy: Strategy, random: () => number): Strategy {
  return weighsVotes(strategy.name) ? adaptiveBy(drawWeights(random)) : strategy;
}

/** A distribution for each regime by lot, without evidence. */
export function drawWeights(random: () => number): RegimeWeights {
  const cells = REGIME_CELLS.map((cell) => {
    const raws = MEMBERS.map(() => random());
    const flat = random();
    const total = raws.reduce((sum, raw) => sum + raw, flat);
    const members = MEMBERS.map(({ name }, i) => {
      const weightFraction = (raws[i] ?? 0) / total;
      return [name, { weightFraction, standardErrors: null, trades: 0, days: 0 }] as const;
    });
    return [cell, { flatFraction: flat / total, members: Object.fromEntries(members) }] as const;
  });
  return { version: null, cells: Object.fromEntries(cells) as RegimeWeights['cells'] };
}
