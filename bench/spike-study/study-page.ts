/** docs/spikes.md: the rule in words, the numbers of the last run. */
import { isoTime, SECOND_MS } from '#domain/time.ts';
import type { SpikeThresholds } from '#tools/spikes/spike-options.ts';
import { summarise } from '../bench-row.ts';
import { LABEL_RULE } from './label-spikes.ts';
import { ALL, type Kind, type Part, SPLIT_AT_MS, type Study, tunedRates } from './study.ts';
import type { Rates } from './tally.ts';
import type { TickLead } from './tick-lead.ts';

const GOALS = { truePositiveRate: 0.85, falsePositiveRate: 0.1 } as const;

export function studyPage(study: Study, thresholds: SpikeThresholds): string {
  const shipped: Readonly<Record<Kind, number>> = {
    price: thresholds.priceSigmas,
    volume: thresholds.volumeSigmas,
  };
  const ratesOf = (kind: Kind, part: Part, interval: string) =>
    study.tally(kind, thresholds.baselineBars, part, interval).at(shipped[kind]);
  const bars = (part: Part, interval: string) =>
    study.tally('price', thresholds.baselineBars, part, interval).bars;
  const intervals = study.intervals.filter((interval) => bars('report', interval) > 0);
  return `${HEAD}
## Measured

${study.seriesCount} recorded series, some of the same market on several venues: ${count(bars('tune', ALL))} labelled bars before
${isoTime(SPLIT_AT_MS).slice(0, 10)} to tune on and ${count(bars('report', ALL))} from then on to report on.
Shipped: ${thresholds.baselineBars} bars of baseline, ${shipped.price} robust sigmas of price, ${shipped.volume} of volume.

| reporting part | spikes found (goal > ${percent(GOALS.truePositiveRate, 0)}) | false positive rate (goal < ${percent(GOALS.falsePositiveRate, 0)}) | false share of signals | signals |
|---|---|---|---|---|
${(['price', 'volume'] as const).map((kind) => row(kind, ratesOf(kind, 'report', ALL))).join('\n')}

${(['price', 'volume'] as const).map((kind) => verdict(kind, ratesOf(kind, 'report', ALL))).join('\n')}

![the rates over the threshold](spikes-curve.svg)

| price, reporting part | labelled bars | spikes found | false positive rate | false share | signals |
|---|---|---|---|---|---|
${intervals.map((interval) => intervalRow('price', interval)).join('\n')}

| volume, reporting part | labelled bars | spikes found | false positive rate | false share | signals |
|---|---|---|---|---|---|
${intervals.map((interval) => intervalRow('volume', interval)).join('\n')}

## Latency

A signal is told within the call that brings its tick or bar. On closed bars it comes at the close of the labelled bar
itself, which is what the rates above count: 0 bars late. On ticks it comes sooner, and the close may take it back:

| price moves | told on ticks | beyond the threshold at the close too | of these, told before the close (median) |
|---|---|---|---|
${[...study.leads].map(leadRow).join('\n')}

## How the thresholds were chosen

On the tuning part alone: for each length of the baseline the highest threshold, in quarters, that still finds 90% of the
labelled spikes; of these the one with the smallest false share.

| tuning part | baseline | threshold | spikes found | false positive rate | false share |
|---|---|---|---|---|---|
${(['price', 'volume'] as const).flatMap((kind) => tunedRates(study, kind).map((one) => tunedRow(kind, one))).join('\n')}
`;

  function intervalRow(kind: Kind, interval: string): string {
    const rates = ratesOf(kind, 'report', interval);
    return `| ${interval} | ${count(bars('report', interval))} | ${percent(rates.truePositiveRate)} | ${percent(rates.falsePositiveRate, 2)} | ${percent(rates.falseShare)} | ${count(rates.signals)} |`;
  }
}

function row(kind: Kind, rates: Rates): string {
  return `| ${kind} | ${percent(rates.truePositiveRate)} | ${percent(rates.falsePositiveRate, 2)} | ${percent(rates.falseShare)} | ${count(rates.signals)} |`;
}

function tunedRow(kind: Kind, { baselineBars, rates }: { baselineBars: number; rates: Rates }): string {
  return `| ${kind} | ${baselineBars} bars | ${rates.threshold} | ${percent(rates.truePositiveRate)} | ${percent(rates.falsePositiveRate, 2)} | ${percent(rates.falseShare)} |`;
}

function leadRow([name, { told, stood, leadsMs }]: readonly [string, TickLead]): string {
  const lead =
    leadsMs.length === 0 ? 'none there' : `${(summarise(leadsMs).median / SECOND_MS).toFixed(0)} s`;
  return `| ${name} | ${count(told)} | ${percent(stood / told)} | ${lead} |`;
}

function verdict(kind: Kind, rates: Rates): string {
  const found = rates.truePositiveRate - GOALS.truePositiveRate;
  const near = rates.falseShare - rates.unheldShare - rates.usualShare;
  const points = (gap: number) => `${Math.abs(gap * 100).toFixed(1)} points`;
  const strict = rates.falseShare - GOALS.falsePositiveRate;
  return `- ${kind}: the true positive rate ${found > 0 ? 'meets' : 'misses'} its goal by ${points(found)}, the false positive rate
  ${rates.falsePositiveRate < GOALS.falsePositiveRate ? 'meets' : 'misses'} its own. Read as a share of the signals, falseness ${strict < 0 ? 'meets' : 'misses'} 10% by ${points(strict)}: of all signals
  ${percent(rates.unheldShare)} were as large with hindsight and did not hold, ${percent(near)} were between half of the rule's size and
  all of it, and ${percent(rates.usualShare)} were smaller still.`;
}

function percent(share: number, places = 1): string {
  if (Number.isNaN(share)) return 'none there';
  return `${(share * 100).toFixed(places)}%`;
}

function count(bars: number): string {
  return bars.toLocaleString('en-GB');
}

const HEAD = `# Spikes

Written by \`npm run study:spikes -- --data DIR… --save\`, the picture with it. The label stands in
\`bench/spike-study/label-spikes.ts\`, the detector in \`tools/spikes\`.

## The detector

A bar's log return from the last close, and the logarithm of its volume, are measured in robust sigmas (1.4826 × MAD) from
the median of the closed bars before it; neither enters its own yardstick. Median and MAD are exact, kept in a sorted
window; the same arithmetic serves \`detectSpikes\` on a series, \`SpikeDetector\` on ticks and closed bars, and
\`spike-scan\`. A signal has a direction and a kind (\`price\`, \`volume\`, \`both\`), and a bar tells each of a rise, a fall and a
burst of volume once. On ticks it is told by the very tick that crosses, on closed bars at the close: nothing waits to see
whether a move holds. What the code adds to that, \`npm run bench -- --only spikes\` measures. The Scanner's series are
judged with a shorter baseline of 120 bars, which fits the look-back of a cycle, at 6 and 4 robust sigmas.

- Warm-up: nothing is said before the baseline is full, and nothing of a kind of which it holds fewer than 10 values.
- Flat market: where MAD is 0, one basis point (of volume: a tenth of a logarithm) stands in for sigma.
- Missing bars are not made up: a move over n bars is held against √n sigmas. After a gap longer than the baseline the
  warm-up begins anew. A symbol that stops is silent.
- Ticks of a closed bar are late and not taken; an older tick of the forming bar counts with its volume, not its price;
  repeats are known by the venue's sequence number, where it is given. A closed bar stands over what ticks made of it.
- A price that is not above 0 and finite is not taken. A bar's volume that is 0, negative or no number is none: the bar
  counts for its price alone. Times are the caller's to check: there is no clock in here.
- A price over a hundred times above or below the last one is not taken until one of a later bar agrees with it; then the
  unit has changed, and the warm-up begins anew. What is not taken is counted, by reason.

## In the running desk

The leading guard feeds it, on 1m, 3m, 15m and 1h: with each price that a venue pushes, in its moment, and with bars as
they close, which is all there is without a stream. Warm from candles when it begins, it tells at most 12 signals of a
symbol in an hour and none twice: to the page at once, and to the next cycle of each desk, which freezes them with its
snapshot and says once what its own bars say too. Pushed prices have no volume, so a burst of volume is told at the close.
Why there, and what it costs: [0021](decisions/0021-spikes-between-cycles.md).

## The label

A true spike, told with hindsight and without the detector:

- **Price**: the bar's log return from the close before lies at least ${LABEL_RULE.priceSigmas} robust sigmas from the median of the returns of the
  ${LABEL_RULE.sideBars} bars before and the ${LABEL_RULE.sideBars} after it, and at each of the next ${LABEL_RULE.holdBars} closes at least half of the move still stands.
- **Volume**: its log volume lies at least ${LABEL_RULE.volumeSigmas} robust sigmas above the median of as many bars, and the next ${LABEL_RULE.holdBars} bars together
  still trade above it.
- Returns are of neighbouring bars alone; bars without enough of them around, or with a gap in the next ${LABEL_RULE.holdBars}, have no label.

The rule was fixed before the first measurement and looks ${LABEL_RULE.sideBars} bars ahead, which no detector can. A signal is true when it is on
the labelled bar itself and in its direction. The *false positive rate* is the share of the bars that are no spike and got a
signal; the *false share* is the stricter reading, the share of the signals that are no spike. No detector that speaks at
once can know what will not hold.
`;
