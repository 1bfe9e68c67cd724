/** docs/strategies.md: how strategies are judged in words, and the figures of the run that wrote it. */
import { isoTime } from '#domain/time.ts';
import type { JudgeOptions, PartJudgement } from '#tools/evaluation/judge-part.ts';
import type { StrategyJudgement } from '#tools/evaluation/judge-strategy.ts';
import { coveredSpans, marketName } from '#tools/evaluation/study-market.ts';
import { weighsVotes } from '#tools/strategies/desk-strategies.ts';
import type { Strategy } from '#tools/strategies/strategy.ts';
import { heatMap } from './heat-map.ts';
import { findingsText, summaryRows } from './study-findings.ts';
import type { StudiedMarket } from './study-strategies.ts';
import { parametersText, percent, probability, ratio, returnText } from './study-words.ts';

export interface PageAbout extends JudgeOptions {
  readonly strategies: readonly Strategy[];
  readonly mostSets: number;
  readonly episodes: number;
  /** The options that chose what was looked at. */
  readonly asked: string;
  /** Over all markets. */
  readonly sets: number;
}

/** Whose weights are learned, and told, elsewhere. */
const EVENLY =
  '\n  `adaptive` weighs all votes the same here; what learned weights came to [stands apart](weights.md#what-came-out).';

export function strategiesPage(studied: readonly StudiedMarket[], about: PageAbout): string {
  return `${headOf(about)}
## What came out

${findingsText(studied)}

| strategy | markets with figures | gained, walk-forward | gained, final part | more than hold, final part | median Sharpe, walk-forward | median Sharpe, final part |
|---|--:|--:|--:|--:|--:|--:|
${summaryRows(studied).join('\n')}

## Market by market

**Walk-forward** are the four tests one after the other, each with the parameters its own training part chose; **final** is
the part that nothing was chosen on. In brackets the range that holds it 95 times in 100 if weeks such as these came again.
**By lot** is how often the same trades at other times do as well. **Training** is the probability that the chosen set's
Sharpe ratio in training is more than the best of all sets tried on that market shows by luck; sets that lose steadily to
costs spread the trials and make it strict.

${studied.map(marketSection).join('\n\n')}

## Maps of parameters

Sharpe ratios of a year in the whole training part, on the market with the most days. A set is chosen by the mean of its own
and its neighbours', so that a plateau is taken before a peak.

${mapsOf(studied, about)}
`;
}

function headOf({
  strategies,
  mostSets,
  episodes,
  costs,
  resamples,
  draws,
  seed,
  sets,
  asked,
}: PageAbout): string {
  return `# Which strategies work?

Written by \`npm run vigil -- strategies --data DIR ${asked} --markdown\` on recorded candles; seed ${seed}, ${sets.toLocaleString('en-GB')} sets of parameters walked.
No claim of profit: what stands here is what came out on these candles, good and bad.

## How they are judged

- One position of one unit of notional at a time, decided at the close, filled at the next open, ${percentOf(costs.feeFraction)} fee and
  ${percentOf(costs.slippageFraction)} slippage on each side, funding as it was settled; where none is known, either side pays 0.01% every 8
  hours. Fractions of the unit are added and not compounded. No gate, no breaker, no account that runs dry.
- Candles of a market are cut where more than a day is missing; nothing is held through such a hole. Spot candles stand in
  for the perpetual's where they reach further back: a short there is one that could not have been had on that venue.
- The last year is kept for the end where there are two years of candles or more, else the last fifth. What is before it is
  cut into five: each of the last four is tested with parameters chosen on all before it, two days apart. On the final part
  nothing is chosen, by anybody, the person who reads this excepted.
- At most ${mostSets} sets of parameters for each strategy, on a grid over its documented ranges
  (${strategies.map(({ name }) => `\`${name}\``).join(', ')}). Nothing under 10 trades or 14 days has a figure.${strategies.some(({ name }) => weighsVotes(name)) ? EVENLY : ''}
- The Q adviser learns a table on each training part (${episodes} episodes) and is walked by the same engine at the same costs. It decides on
  15m bars where they can be built.
- Ranges draw whole weeks again (${resamples.toLocaleString('en-GB')} times, circular block bootstrap); entries by lot keep number, side, holding times and
  costs (${draws.toLocaleString('en-GB')} draws) and reckon positions that grew in steps as if entered at once; the deflated Sharpe ratio is that of Bailey
  and López de Prado (2014).
- \`hold\` buys at the first bar of each part and waits, at the same costs: it compounds, and its falls are those of the market.
`;
}

function marketSection({ market, plan, strategies, hold, trials }: StudiedMarket): string {
  const spans = coveredSpans(market);
  const days = spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) / 86_400_000;
  const day = (atMs: number) => isoTime(atMs).slice(0, 10);
  const paid = market.settlements.length > 0 ? 'funding as settled where known' : 'funding assumed';
  return `### ${marketName(market)}

${Math.round(days).toLocaleString('en-GB')} days between ${day(spans[0]?.fromMs ?? 0)} and ${day(spans.at(-1)?.toMs ?? 0)}, ${spans.length} ${spans.length === 1 ? 'stretch' : 'stretches'}; ${paid}; final ${plan.finalRule === 'year' ? 'year' : 'fifth (less than two years of candles)'} from ${day(plan.final.test.fromMs)}; ${trials} sets tried.

| strategy | chosen for the final part | training | walk-forward | Sharpe | by lot | trades | final | Sharpe | by lot | trades |
|---|---|--:|---|--:|--:|--:|---|--:|--:|--:|
${strategies.map(strategyRow).join('\n')}
| hold | | | ${heldText(hold.walkForward)} | ${ratio(heldSharpe(hold.walkForward))} | | | ${heldText(hold.final)} | ${ratio(heldSharpe(hold.final))} | | |`;
}

function strategyRow({
  strategy,
  chosen,
  map,
  trainDeflated,
  walkForward,
  final,
}: StrategyJudgement): string {
  const none = map.length > 0 && chosen === null ? 'none had 10 trades: flat' : '';
  const part = (one: PartJudgement) =>
    [
      returnText(one),
      ratio(one.score.sharpe),
      probability(one.luck?.pValue ?? null),
      String(one.score.trades),
    ].join(' | ');
  const trained = map.length === 0 ? '' : probability(trainDeflated);
  return `| ${strategy} | ${none}${parametersText(chosen?.parameters)} | ${trained} | ${part(walkForward)} | ${part(final)} |`;
}

/** One trade is no ten, so its score has no figures: its days have. */
function heldText({ moments }: PartJudgement): string {
  return percent(moments.count === 0 ? null : moments.mean * moments.count);
}

function heldSharpe({ moments }: PartJudgement): number | null {
  return moments.deviation > 0 ? (moments.mean / moments.deviation) * Math.sqrt(365) : null;
}

function mapsOf(studied: readonly StudiedMarket[], { strategies }: PageAbout): string {
  const days = ({ market }: StudiedMarket) =>
    coveredSpans(market).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const longest = studied.toSorted((left, right) => days(right) - days(left))[0];
  if (longest === undefined) return '';
  return [
    `On ${marketName(longest.market)}; further parameters as chosen.`,
    ...strategies.flatMap((strategy) => {
      const judged = longest.strategies.find((one) => one.strategy === strategy.name);
      const table = judged === undefined ? null : heatMap(judged);
      return table === null ? [] : [`**${strategy.name}**`, table];
    }),
  ].join('\n\n');
}

function percentOf(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(3))}%`;
}
