import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '#graphs/deps.ts';
import { reckonTrials } from '#server/engine/trial-profit.ts';
import { cycleRecord } from '#tests/support/database-rows.ts';

const neverAsked = async () => {
  throw new Error('nothing was opened, so no candle is asked for');
};

function waiting(runId: string) {
  const tally = { tallies: {} as never, isEqual: true, isSameOrders: true, simulated: null };
  return { runId, results: tally, run: cycleRecord(), with: cycleRecord() };
}

it('begins no further trial once the process is stopping', async () => {
  const stopping = new AbortController();
  const reckoned: string[] = [];
  const done = await reckonTrials({
    trials: {
      unsimulated: async () => ['first', 'second', 'third'].map(waiting),
      async setSimulated(runId) {
        reckoned.push(runId);
        if (runId === 'second') stopping.abort();
      },
    },
    market: {
      ...{ candles: neverAsked, fundingBetween: neverAsked, instruments: neverAsked },
      finestTimeframe: '1m',
    },
    marketKey: 'here',
    assumedCosts: DEFAULT_SETTINGS.assumedCosts,
    nowMs: () => 0,
    signal: stopping.signal,
  });
  expect(reckoned).toEqual(['first', 'second']);
  expect(done).toBe(2);
});
