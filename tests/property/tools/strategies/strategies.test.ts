/** As `recorded-candles.full.test.ts`, a few sets each on a made-up walk. */
import { describe, it } from 'vitest';
import { expectHardLimits, expectNoLookahead } from '#tests/support/strategy-properties.ts';
import { wanderingSeries } from '#tests/unit/tools/indicators/made-series.ts';
import { STRATEGIES } from '#tools/strategies/registry.ts';

const PARAMETER_SETS = 25;
const past = wanderingSeries(2_000, 5, { timeframe: '1h' });
const other = wanderingSeries(2_000, 6, { timeframe: '1h' });

describe.each(STRATEGIES)('$name', (strategy) => {
  it('decides the same on every past bar whatever the candles after it are', () => {
    expectNoLookahead(strategy, past, other, PARAMETER_SETS);
  });

  it('is held to its units and its losses, whatever it asks for', () => {
    expectHardLimits(strategy, past, PARAMETER_SETS);
  });
});
