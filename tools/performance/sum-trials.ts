import { decimalText, sumDecimals } from '#domain/decimal.ts';
import type {
  PromptTrial,
  SimulatedProfit,
  TrialResults,
  TrialSum,
  VersionResult,
} from '#domain/prompt-trial.ts';
import type { RunTally } from '#domain/run-comparison.ts';

type Ended = PromptTrial & { readonly results: TrialResults };
type Side = 'run' | 'with';

/**
 * Adds up what each version of `name` did, by the model it was tried with, newest version first. Trials without results
 * count for nothing. Tokens and cost are unknown as soon as one run's are; profit is summed over the runs that could be
 * reckoned, and their number told. O(trials · log trials).
 */
export function sumTrials(name: string, trials: readonly PromptTrial[]): VersionResult[] {
  const groups = new Map<string, { version: number; model: string | null; ended: Ended[] }>();
  for (const trial of trials) {
    const version = trial.versions[name];
    if (version === undefined || !hasEnded(trial)) continue;
    const key = `${version}|${trial.model ?? ''}`;
    const group = groups.get(key) ?? { version, model: trial.model, ended: [] };
    group.ended.push(trial);
    groups.set(key, group);
  }
  return [...groups.values()]
    .sort(
      (left, right) =>
        right.version - left.version || (left.model ?? '').localeCompare(right.model ?? '', 'en'),
    )
    .map(({ version, model, ended }) => ({ version, model, ...resultOf(ended) }));
}

function hasEnded(trial: PromptTrial): trial is Ended {
  return trial.results !== null;
}

function resultOf(ended: readonly Ended[]): Omit<VersionResult, 'version' | 'model'> {
  const firstDifferences: VersionResult['firstDifferences'] = {};
  for (const { firstDifference: node } of ended)
    if (node !== null) firstDifferences[node] = (firstDifferences[node] ?? 0) + 1;
  const agreed = ended.filter(({ results }) => results.isSameOrders).length;
  return {
    runs: ended.length,
    shadows: ended.filter(({ kind }) => kind === 'shadow').length,
    simulatedRuns: ended.filter(({ results }) => results.simulated !== null).length,
    agreementFraction: ended.length === 0 ? null : agreed / ended.length,
    firstDifferences,
    run: sumOf(ended, 'run'),
    with: sumOf(ended, 'with'),
  };
}

function sumOf(ended: readonly Ended[], side: Side): TrialSum {
  const tallies = ended.map(({ results }) => results.tallies[side]);
  const simulated = ended.flatMap(({ results }) => results.simulated?.[side] ?? []);
  const counted = (read: (tally: RunTally) => number) => tallies.reduce((sum, tally) => sum + read(tally), 0);
  return {
    proposals: counted(({ proposals }) => proposals),
    refused: counted(({ refused }) => refused),
    orders: counted(({ orders }) => orders),
    abstentions: counted(({ abstentions }) =>
      Object.values(abstentions).reduce((sum, count) => sum + count, 0),
    ),
    inputTokens: knownSum(tallies.map(({ inputTokens }) => inputTokens)),
    outputTokens: knownSum(tallies.map(({ outputTokens }) => outputTokens)),
    costUsd: knownSum(tallies.map(({ costUsd }) => costUsd)),
    medianDurationMs: medianOf(tallies.map(({ durationMs }) => durationMs)),
    simulatedNetQuote: netOf(simulated),
    simulatedTrades: simulated.reduce((sum, { trades }) => sum + trades, 0),
  };
}

function netOf(simulated: readonly SimulatedProfit[]): TrialSum['simulatedNetQuote'] {
  if (simulated.length === 0) return null;
  return decimalText(sumDecimals(simulated.map(({ netQuote }) => netQuote)));
}

function knownSum(values: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return sum;
}

function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((left, right) => left - right);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
