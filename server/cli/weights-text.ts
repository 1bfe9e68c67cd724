import {
  type PartScore,
  type PartScores,
  REGIME_CELLS,
  type RegimeWeights,
  type WeightsFacts,
} from '#domain/strategy-weights.ts';
import { percent, ratio } from '../study/study-words.ts';
import { columns, day } from './qtable-text.ts';

/** A version for a terminal: weights by regime with their evidence, then what they came to where nothing was learned. */
export function weightsText({
  version,
  hash,
  cells,
  facts,
}: {
  readonly version: number;
  readonly hash: string;
  readonly cells: RegimeWeights['cells'];
  readonly facts: WeightsFacts;
}): string {
  const { timeframe, markets, members, learnedFromMs, learnedToMs, finalFromMs, finalToMs, seed } = facts;
  const names = members.map(({ strategy }) => strategy);
  return [
    `weights ${version}, hash ${hash.slice(0, 12)}, seed ${seed}: ${markets.map(({ venue, symbol }) => `${venue} ${symbol}`).join(', ')} on ${timeframe} bars`,
    `learned on ${day(learnedFromMs)} to ${day(learnedToMs)}, looked at again on ${day(finalFromMs)} to ${day(finalToMs)}`,
    '',
    ...columns([
      ['regime', ...names, 'staying out'],
      ...REGIME_CELLS.map((cell) => {
        const { flatFraction, members: weighed } = cells[cell];
        return [cell, ...names.map((name) => weightText(weighed[name])), flatFraction.toFixed(2)];
      }),
    ]),
    'each with its days’ mean over the standard error of that mean; N/A under 10 trades or 14 days in the regime',
    '',
    ...columns([
      ['after costs, nothing compounded', 'learned', 'Sharpe', 'trades', 'even', 'Sharpe', 'hold'],
      ...markets.flatMap(({ venue, symbol, walkForward, final }) => [
        [`${venue} ${symbol}, walk-forward`, ...scoreCells(walkForward)],
        [`${venue} ${symbol}, final part`, ...scoreCells(final)],
      ]),
    ]),
  ].join('\n');
}

function weightText(weight: RegimeWeights['cells']['volatile']['members'][string] | undefined): string {
  if (weight === undefined) return '';
  return `${weight.weightFraction.toFixed(2)} (${ratio(weight.standardErrors)})`;
}

function scoreCells({ learned, even, holdReturnFraction }: PartScores): string[] {
  return [
    ...[returnOf(learned), ratio(learned.sharpe), String(learned.trades)],
    ...[returnOf(even), ratio(even.sharpe), percent(holdReturnFraction)],
  ];
}

function returnOf({ returnFraction, range }: PartScore): string {
  const around = range === null ? '' : ` (${percent(range.low)}…${percent(range.high)})`;
  return `${percent(returnFraction)}${around}`;
}
