import { expect, it } from 'vitest';
import type { PromptTrial, TrialResults } from '#domain/prompt-trial.ts';
import type { RunTally } from '#domain/run-comparison.ts';
import { sumTrials } from '#tools/performance/sum-trials.ts';

function tally(change: Partial<RunTally> = {}): RunTally {
  return {
    ...{ proposals: 3, denied: 1, refused: 0, orders: 2, calls: 4, abstentions: {}, durationMs: 100 },
    ...{ inputTokens: 1_000, outputTokens: 100, costUsd: 0.01 },
    ...change,
  };
}

function trial(
  version: number,
  change: Partial<PromptTrial> = {},
  results: Partial<TrialResults> = {},
): PromptTrial {
  return {
    ...{
      runId: 'fork',
      forkOf: 'run',
      kind: 'shadow',
      promptSetId: 'ps',
      versions: { risk: version },
      model: 'm',
    },
    ...{ firstDifference: null, createdAtMs: 0 },
    results: {
      ...{ isEqual: true, isSameOrders: true, simulated: null },
      tallies: { run: tally(), with: tally() },
      ...results,
    },
    ...change,
  };
}

const profit = (netQuote: string) => ({ netQuote, trades: 1, won: 1, notEntered: 0 });

it('adds up what each version did, the newest first, by the model it was tried with', () => {
  const results = sumTrials('risk', [
    trial(2),
    trial(
      3,
      { firstDifference: 'risk' },
      { isSameOrders: false, tallies: { run: tally({ refused: 2, durationMs: 300 }), with: tally() } },
    ),
    trial(3, { kind: 'fork' }),
    trial(3, { model: null }),
    trial(3, { results: null }),
    trial(3, { versions: { scanner: 3 } }),
  ]);
  expect(results.map(({ version, model, runs }) => [version, model, runs])).toEqual([
    [3, null, 1],
    [3, 'm', 2],
    [2, 'm', 1],
  ]);
  expect(results[1]).toMatchObject({
    ...{ shadows: 1, agreementFraction: 0.5, firstDifferences: { risk: 1 } },
    run: { refused: 2, proposals: 6, inputTokens: 2_000, costUsd: 0.02, medianDurationMs: 200 },
    with: { refused: 0, medianDurationMs: 100 },
  });
});

it('leaves unknown what one run does not know, and profit where none could be reckoned', () => {
  const unknown = { tallies: { run: tally({ inputTokens: null, costUsd: null }), with: tally() } };
  const [result] = sumTrials('risk', [trial(1, {}, unknown), trial(1)]);
  expect(result?.run).toMatchObject({ inputTokens: null, outputTokens: 200, costUsd: null });
  expect(result?.with).toMatchObject({ inputTokens: 2_000, costUsd: 0.02 });
  expect(result).toMatchObject({ simulatedRuns: 0, run: { simulatedNetQuote: null } });
});

it('sums profit to the last digit, over the runs that could be reckoned', () => {
  const [result] = sumTrials('risk', [
    trial(1, {}, { simulated: { run: profit('0.1'), with: profit('-5') } }),
    trial(1, {}, { simulated: { run: profit('0.2'), with: profit('5') } }),
    trial(1),
  ]);
  expect(result).toMatchObject({
    ...{ runs: 3, simulatedRuns: 2 },
    run: { simulatedNetQuote: '0.3', simulatedTrades: 2 },
    with: { simulatedNetQuote: '0' },
  });
});
