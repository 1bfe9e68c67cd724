import { describe, expect, it } from 'vitest';
import { closesAt, targetsOf } from '#tests/support/hand-bars.ts';
import { parametersOf } from '#tools/strategies/parameters.ts';
import { smaCrossover } from '#tools/strategies/sma-crossover.ts';
import { walkStrategy } from '#tools/strategies/walk-strategy.ts';
import { yearCandles } from '../../../../bench/year-candles.ts';

describe('sma-crossover', () => {
  // Averages of 2 and 10 bars: level at the start, the fast one above from bar 10 and below from bar 13.
  const closes = closesAt(...Array.from({ length: 10 }, () => 100), 110, 110, 100, 80, 80);

  it('acts on the bar that crosses and leaves things as they are between', () => {
    const parameters = { fastBars: 2, slowBars: 10, shorts: 0 };
    expect(targetsOf(smaCrossover, parameters, closes).slice(10)).toEqual([1, 0, 0, 0, 0]);
    const held = { units: 1, entryQuote: 100 };
    expect(targetsOf(smaCrossover, parameters, closes, held).slice(10)).toEqual([1, 1, 1, 0, 1]);
  });

  it('is short below where it may be', () => {
    const parameters = { fastBars: 2, slowBars: 10, shorts: 1 };
    expect(targetsOf(smaCrossover, parameters, closes).slice(10)).toEqual([1, 0, 0, -1, 0]);
  });

  it('makes the 5,892 round trips of the yardstick, and loses exactly as much', () => {
    const bars = yearCandles();
    const walk = walkStrategy(smaCrossover, parametersOf(smaCrossover), bars, { feeFraction: 0.0005 });
    const profitQuote = walk.trades.profitQuote.reduce((sum, profit) => sum + profit, 0);
    expect(bars.close.at(-1)).toBe(63_313.97);
    expect(walk.trades.count).toBe(5_892);
    expect(profitQuote.toFixed(2)).toBe('-220310.44');
  });
});
