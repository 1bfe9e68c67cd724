/** The strategies that add to what they hold. */
import { describe, expect, it } from 'vitest';
import { closesAt, targetsOf } from '#tests/support/hand-bars.ts';
import { dca } from '#tools/strategies/dca.ts';
import { grid } from '#tools/strategies/grid.ts';
import { walkStrategy } from '#tools/strategies/walk-strategy.ts';

describe('dca', () => {
  // The first bar opens at midnight, so every second one of them is due.
  const parameters = {
    everyBars: 2,
    stepFraction: 0.05,
    targetFraction: 0.1,
    maxUnits: 2,
    maxLossFraction: 0.3,
  };

  it('buys when it is due and only while under what it paid', () => {
    const held = { units: 1, entryQuote: 100 };
    expect(targetsOf(dca, parameters, closesAt(100, 100, 100))).toEqual([1, 0, 1]);
    expect(targetsOf(dca, parameters, closesAt(100, 94, 96, 94, 94), held)).toEqual([1, 1, 1, 1, 2]);
  });

  it('never holds more than it may', () => {
    const full = { units: 2, entryQuote: 100 };
    expect(targetsOf(dca, parameters, closesAt(94, 94, 90), full)).toEqual([2, 2, 2]);
  });

  it('sells all of it at the target, due or not', () => {
    const held = { units: 2, entryQuote: 100 };
    expect(targetsOf(dca, parameters, closesAt(100, 109.9, 110.1, 111), held)).toEqual([2, 2, 0, 0]);
  });

  it('goes through a fall, an average and a recovery', () => {
    const { trades } = walkStrategy(dca, parameters, closesAt(100, 100, 90, 90, 104.6, 105, 105));
    // Bought at 100 and at 90; the average of 95 asks for 104.5, and the next open is 104.6.
    expect([trades.count, trades.units[0], trades.entryQuote[0]]).toEqual([1, 2, 95]);
    expect(trades.profitQuote[0]).toBeCloseTo(2 * (104.6 - 95), 12);
  });

  it('is over, flat, when it has lost what it may', () => {
    const walk = walkStrategy(dca, parameters, closesAt(100, 100, 80, 60, 50, 100, 100));
    // 0.3 of two units at 100, of which one went from 100 and one from 80.
    expect(walk.trades.profitQuote[0]).toBeCloseTo(-60, 12);
    expect(walk.trades.exitQuote[0]).toBeCloseTo((100 + 80 - 60) / 2, 12);
    expect(walk.endedAtBar).toBe(3);
    expect([walk.trades.count, walk.open]).toEqual([1, null]);
  });
});

describe('grid', () => {
  // The average of twenty bars of which nineteen closed at 100.
  const at = (price: number) => closesAt(...Array.from({ length: 19 }, () => 100), price);
  const parameters = { anchorBars: 20, stepFraction: 0.01, shorts: 1, maxUnits: 3, maxLossFraction: 0.2 };
  const flat = { units: 0, entryQuote: 0 };
  const target = (price: number, held: { units: number; entryQuote: number } = flat) =>
    targetsOf(grid, parameters, at(price), held).at(-1);

  it('holds a unit for each whole step under the average, and is short over it', () => {
    // 98.5 is 1.42 % under 99.925, 97 is 2.86 % under 99.85.
    expect([target(98.5), target(97), target(101.5), target(103)]).toEqual([1, 2, -1, -2]);
  });

  it('keeps what it holds between two lines, and sells it at the next one up', () => {
    const held = { units: 2, entryQuote: 98 };
    expect([target(98.5, held), target(99.2, held), target(99.9, held)]).toEqual([2, 1, 1]);
    expect(target(100.5, { units: 1, entryQuote: 99 })).toBeCloseTo(0, 12);
  });

  it('never holds more than it may, of either side', () => {
    expect([target(80), target(120)]).toEqual([3, -3]);
    expect(targetsOf(grid, { ...parameters, shorts: 0 }, at(120)).at(-1)).toBe(0);
  });
});
