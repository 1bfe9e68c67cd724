import { marketName } from '#tools/evaluation/study-market.ts';
import type { StudiedMarket } from './study-strategies.ts';
import { parametersText, probability, ratio, returnText } from './study-words.ts';

/** For a terminal: each market, each strategy, what it came to where nothing of it was chosen. */
export function strategiesText(studied: readonly StudiedMarket[]): string {
  return studied
    .map(({ market, plan, strategies, hold }) =>
      [
        `${marketName(market)}, the final ${plan.finalRule === 'year' ? 'year' : 'fifth'} apart`,
        ...strategies.flatMap(({ strategy, chosen, walkForward, final }) => [
          `  ${strategy} ${parametersText(chosen?.parameters)}`,
          `    walk-forward ${returnText(walkForward)}, Sharpe ${ratio(walkForward.score.sharpe)}, entries by lot do as well: ${probability(walkForward.luck?.pValue ?? null)}`,
          `    final        ${returnText(final)}, Sharpe ${ratio(final.score.sharpe)}, entries by lot do as well: ${probability(final.luck?.pValue ?? null)}`,
        ]),
        `  hold: walk-forward ${heldText(hold.walkForward)}, final ${heldText(hold.final)}`,
      ].join('\n'),
    )
    .join('\n\n');
}

function heldText({ moments }: StudiedMarket['hold']['final']): string {
  return `${((moments.mean * moments.count || 0) * 100).toFixed(1)}%`;
}
