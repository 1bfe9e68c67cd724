/** What every strategy is held against, by the same engine at the same costs. */
import { defineStrategy } from '#tools/strategies/strategy.ts';

/** Buys at the first bar that can be bought and waits. */
export const holdAll = defineStrategy({
  name: 'hold',
  describes: 'long from the first bar to the last',
  ranges: {},
  lookBackBars: () => 1,
  prepare: () => ({ decide: () => 1 }),
});

/** Where nothing earned its place in a training part, nothing is done in the test. */
export const stayFlat = defineStrategy({
  name: 'flat',
  describes: 'never in the market',
  ranges: {},
  lookBackBars: () => 1,
  prepare: () => ({ decide: () => 0 }),
});
