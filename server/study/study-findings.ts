/** What a study says when it is counted, in words that follow from the counts alone. */
import type { PartJudgement } from '#tools/evaluation/judge-part.ts';
import type { StrategyJudgement } from '#tools/evaluation/judge-strategy.ts';
import type { StudiedMarket } from './study-strategies.ts';
import { ratio } from './study-words.ts';

interface Pair {
  readonly judged: StrategyJudgement;
  readonly hold: StudiedMarket['hold'];
}

/** Beyond it the same trades by lot hardly ever do as well. */
const UNUSUAL = 0.05;
const LIKELY = 0.95;

export function findingsText(studied: readonly StudiedMarket[]): string {
  const pairs = pairsOf(studied);
  const told = pairs.filter(({ judged }) => hasFigures(judged.walkForward));
  const count = (holds: (pair: Pair) => boolean) => told.filter(holds).length;
  const unusual = told.filter(({ judged }) => isUnusual(judged.walkForward));
  const finals = pairs.filter(({ judged }) => hasFigures(judged.final));
  const swept = told.filter(({ judged }) => judged.trainDeflated !== null);
  return [
    `- ${studied.length === 1 ? 'One market' : `${studied.length} markets`} and ${namesOf(studied).length} strategies make ${pairs.length} pairs. In walk-forward ${told.length} have figures, in the final part ${finals.length}.`,
    `- Walk-forward, after costs: ${count(({ judged }) => gained(judged.walkForward))} of ${told.length} gained; for ${count(({ judged }) => (judged.walkForward.range?.low ?? -1) > 0)} the range lies above 0, for ${count(({ judged }) => (judged.walkForward.range?.high ?? 1) < 0)} below it.`,
    `- Entries by lot do as well less than 5% of the time for ${unusual.length} of ${told.length}; chance alone would show about ${(told.length * UNUSUAL).toFixed(1)}. Of these ${unusual.length}, ${unusual.filter(({ judged }) => isUnusual(judged.final)).length} are under 5% in the final part too.`,
    `- In training the chosen set’s Sharpe ratio is more than the luck of the search (95% or above) for ${swept.filter(({ judged }) => (judged.trainDeflated ?? 0) >= LIKELY).length} of ${swept.length}.`,
    `- Of the ${count(({ judged }) => gained(judged.walkForward))} that gained in walk-forward, ${count(({ judged }) => gained(judged.walkForward) && gained(judged.final))} gained in the final part as well.`,
    ...lastingText(pairs),
    ...whatDoesNotWork(studied),
  ].join('\n');
}

/** Everything at once: what a careful reader would ask of one that works. */
function lastingText(pairs: readonly Pair[]): string[] {
  const lasting = pairs.filter(
    ({ judged }) =>
      isUnusual(judged.walkForward) &&
      (judged.walkForward.range?.low ?? -1) > 0 &&
      (judged.final.range?.low ?? -1) > 0,
  );
  if (lasting.length > 0)
    return [`- ${lasting.length} pairs have both ranges above 0 and unusual entries in walk-forward.`];
  return [
    '- **Not one pair** has a range above 0 in walk-forward and in the final part with entries that lot hardly matches.',
  ];
}

function whatDoesNotWork(studied: readonly StudiedMarket[]): string[] {
  return namesOf(studied).flatMap((name) => {
    const own = pairsOf(studied).filter(({ judged }) => judged.strategy === name);
    const told = own.filter(({ judged }) => hasFigures(judged.final));
    const lost = told.filter(({ judged }) => !gained(judged.final)).length;
    if (told.length === 0)
      return [`- \`${name}\` made too few trades in every final part to say anything of it.`];
    return lost > told.length / 2
      ? [`- \`${name}\` lost in the final part on ${lost} of ${told.length} markets: it does not work here.`]
      : [];
  });
}

/** One row a strategy. */
export function summaryRows(studied: readonly StudiedMarket[]): string[] {
  return namesOf(studied).map((name) => {
    const own = pairsOf(studied).filter(({ judged }) => judged.strategy === name);
    const told = own.filter(({ judged }) => hasFigures(judged.walkForward));
    const finals = own.filter(({ judged }) => hasFigures(judged.final));
    const cells = [
      `${told.length} / ${finals.length} of ${own.length}`,
      `${told.filter(({ judged }) => gained(judged.walkForward)).length} of ${told.length}`,
      `${finals.filter(({ judged }) => gained(judged.final)).length} of ${finals.length}`,
      `${finals.filter(({ judged, hold }) => (judged.final.score.returnFraction ?? 0) > heldFraction(hold.final)).length} of ${finals.length}`,
      ratio(medianOf(told.flatMap(({ judged }) => judged.walkForward.score.sharpe ?? []))),
      ratio(medianOf(finals.flatMap(({ judged }) => judged.final.score.sharpe ?? []))),
    ];
    return `| ${name} | ${cells.join(' | ')} |`;
  });
}

function pairsOf(studied: readonly StudiedMarket[]): Pair[] {
  return studied.flatMap(({ strategies, hold }) => strategies.map((judged) => ({ judged, hold })));
}

function namesOf(studied: readonly StudiedMarket[]): string[] {
  return [...new Set(studied.flatMap(({ strategies }) => strategies.map(({ strategy }) => strategy)))];
}

function hasFigures({ score }: PartJudgement): boolean {
  return score.whyNone === null;
}

function gained({ score }: PartJudgement): boolean {
  return (score.returnFraction ?? 0) > 0;
}

function isUnusual({ luck }: PartJudgement): boolean {
  return luck !== null && luck.pValue < UNUSUAL;
}

function heldFraction({ moments }: PartJudgement): number {
  return moments.count === 0 ? 0 : moments.mean * moments.count;
}

function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((left, right) => left - right);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
