import { describe, expect, it } from 'vitest';
import { seededRandom } from '#domain/ids.ts';
import { checkStrategy } from '#server/cli/lookahead-check.ts';
import { BTC } from '#tests/support/agent-fixtures.ts';
import { walkCandles } from '#tests/support/training-bars.ts';
import { changeFuture, firstOtherDecision } from '#tools/evaluation/look-ahead.ts';
import { STRATEGIES } from '#tools/strategies/registry.ts';
import { defineStrategy } from '#tools/strategies/strategy.ts';

const bars = walkCandles(BTC, 4_000, 5);
const stretch = { bars, funding: { long: new Float64Array(4_000), short: new Float64Array(4_000) } };
const markets = [{ stretches: [stretch] }];

/** Long before a bar that closes higher than it opens. */
const peeking = defineStrategy({
  name: 'peeking',
  describes: '',
  ranges: {},
  lookBackBars: () => 1,
  prepare: ({ open, close }) => ({ decide: (bar) => ((close[bar + 1] ?? 0) > (open[bar + 1] ?? 0) ? 1 : 0) }),
});

/** Measures against the mean of the whole series, the last bars included. */
const standardised = defineStrategy({
  ...peeking,
  name: 'standardised',
  prepare({ close }) {
    const mean = close.reduce((sum, one) => sum + one, 0) / close.length;
    return { decide: (bar) => ((close[bar] ?? 0) > mean ? 1 : 0) };
  },
});

describe('the check for what cannot be known', () => {
  it.each(STRATEGIES)('finds nothing in $name', (strategy) => {
    expect(checkStrategy(strategy, markets, 10, 7).differences).toEqual([]);
  });

  it.each([peeking, standardised])('finds out a strategy that looks ahead: $name', (strategy) => {
    const { differences } = checkStrategy(strategy, markets, 60, 7);
    expect(differences.length).toBeGreaterThan(5);
    for (const { decidedAt, changedFrom } of differences) expect(decidedAt < changedFrom).toBe(true);
  });

  it('tells the first bar that was decided otherwise', () => {
    const changed = { ...bars, close: bars.open };
    const first = firstOtherDecision(peeking, {}, { bars, changed, lastSame: 99 });
    const rise = bars.close.findIndex((close, bar) => bar > 0 && close > (bars.open[bar] ?? 0));
    expect(first).toBe(rise - 1);
  });

  it('leaves the past as it is, and nothing of what is to come', () => {
    for (const seed of [1, 2, 3, 4]) {
      const changed = changeFuture(bars, 3_000, seededRandom(seed));
      expect(changed.high.slice(0, 3_000)).toEqual(bars.high.slice(0, 3_000));
      expect(changed.high.slice(3_000).some((high, i) => high === bars.high[3_000 + i])).toBe(false);
    }
  });
});
