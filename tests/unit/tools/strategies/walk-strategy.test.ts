import { describe, expect, it } from 'vitest';
import { closesAt, handBars, toldStrategy } from '#tests/support/hand-bars.ts';
import { EXITS } from '#tools/strategies/walk-book.ts';
import { equityColumn, type Walk, type WalkOptions, walkStrategy } from '#tools/strategies/walk-strategy.ts';

const RISE_AND_FALL = handBars(
  [100, 101, 99, 100],
  [102, 111, 101, 110],
  [112, 121, 111, 120],
  [118, 119, 108, 109],
  [108, 109, 99, 100],
);

describe('a walk', () => {
  it('fills at the open after the close that decided, and takes the fee on each side', () => {
    const walk = told([1, undefined, 0], { feeFraction: 0.01 });
    const { trades } = walk;
    expect(trades.count).toBe(1);
    expect([trades.enteredAtBar[0], trades.leftAtBar[0]]).toEqual([1, 3]);
    expect([trades.entryQuote[0], trades.exitQuote[0]]).toEqual([102, 118]);
    expect(trades.feesQuote[0]).toBeCloseTo(2.2, 12);
    expect(trades.profitQuote[0]).toBeCloseTo(118 - 102 - 2.2, 12);
    expect(exitsOf(walk)).toEqual(['signal']);
    expect(walk.open).toBeNull();
  });

  it('fills against whoever trades where there is slippage', () => {
    const { trades } = told([1, undefined, 0], { slippageFraction: 0.01 });
    expect(trades.entryQuote[0]).toBeCloseTo(102 * 1.01, 12);
    expect(trades.exitQuote[0]).toBeCloseTo(118 * 0.99, 12);
    const short = told([-1, undefined, 0], { slippageFraction: 0.01 });
    expect(short.trades.entryQuote[0]).toBeCloseTo(102 * 0.99, 12);
    expect(short.trades.exitQuote[0]).toBeCloseTo(118 * 1.01, 12);
  });

  it('turns round in two fills at one open', () => {
    const { trades } = told([1, undefined, -1, 0]);
    expect([...trades.units]).toEqual([1, -1]);
    expect([...trades.profitQuote]).toEqual([118 - 102, 118 - 108]);
    expect([...trades.enteredAtBar]).toEqual([1, 3]);
  });

  it('tells of what is open at the end apart', () => {
    const walk = told([undefined, 2], { feeFraction: 0.01 });
    expect(walk.trades.count).toBe(0);
    expect(walk.open).toMatchObject({ units: 2, enteredAtBar: 2, entryQuote: 112 });
    expect(walk.open?.profitQuote).toBeCloseTo(2 * (100 - 112) - 2.24, 12);
  });

  it('decides nothing at the last close, which no open follows', () => {
    const walk = told([undefined, undefined, undefined, undefined, 1]);
    expect(walk.open).toBeNull();
    expect(walk.ledger.count).toBe(0);
  });

  it('averages what it adds, and counts parts that leave into the one round trip', () => {
    const walk = told([1, 3, 1, 0]);
    const { trades } = walk;
    expect(trades.count).toBe(1);
    expect(trades.units[0]).toBe(3);
    expect(trades.paidQuote[0]).toBe(102 + 2 * 112);
    expect(trades.entryQuote[0]).toBeCloseTo((102 + 2 * 112) / 3, 12);
    expect(trades.exitQuote[0]).toBeCloseTo((2 * 118 + 108) / 3, 12);
    expect(trades.profitQuote[0]).toBeCloseTo(2 * 118 + 108 - 102 - 2 * 112, 12);
  });

  it('buys a unit of the quote currency each time where that is the unit', () => {
    const { trades } = told([1, undefined, 0], { unit: 'quote', feeFraction: 0.001 });
    const profit = 118 / 102 - 1 - 0.001 * (1 + 118 / 102);
    expect(trades.profitQuote[0]).toBeCloseTo(profit, 12);
    expect(trades.paidQuote[0]).toBeCloseTo(1, 12);
  });

  it('sees nothing outside its bars', () => {
    const walk = told([1, 0, 1, 0], { from: 2, to: 4 });
    expect([walk.from, walk.to]).toEqual([2, 4]);
    expect(walk.trades.count).toBe(0);
    expect(walk.open).toMatchObject({ enteredAtBar: 3, entryQuote: 118, profitQuote: 109 - 118 });
  });

  it('refuses what is no number', () => {
    expect(() => told([Number.NaN])).toThrow(RangeError);
  });
});

describe('stops and targets', () => {
  it('fires inside the bar at the stop, of the very bar of the entry too', () => {
    const bars = handBars([100, 100, 100, 100], [100, 101, 94, 96], [96, 97, 95, 96]);
    const walk = walkStrategy(toldStrategy([1]), {}, bars, { stopFraction: 0.05 });
    expect([walk.trades.exitQuote[0], walk.trades.leftAtBar[0]]).toEqual([95, 1]);
    expect(exitsOf(walk)).toEqual(['stop']);
  });

  it('fills at the open of a bar that begins beyond the stop', () => {
    const bars = handBars([100, 100, 100, 100], [100, 101, 99, 100], [90, 92, 89, 91]);
    expect(walkStrategy(toldStrategy([1]), {}, bars, { stopFraction: 0.05 }).trades.exitQuote[0]).toBe(90);
    const up = handBars([100, 100, 100, 100], [100, 101, 99, 100], [110, 112, 109, 111]);
    expect(walkStrategy(toldStrategy([-1]), {}, up, { stopFraction: 0.05 }).trades.exitQuote[0]).toBe(110);
  });

  it('takes the stop first where a bar reaches both', () => {
    const bars = handBars([100, 100, 100, 100], [100, 120, 80, 110]);
    const both = { stopFraction: 0.05, targetFraction: 0.05 };
    for (const [side, price] of [
      [1, 95],
      [-1, 105],
    ] as const) {
      const walk = walkStrategy(toldStrategy([side]), {}, bars, both);
      expect(exitsOf(walk)).toEqual(['stop']);
      expect(walk.trades.exitQuote[0]).toBe(price);
    }
  });

  it('takes a target inside the bar, and the better open that jumped over it', () => {
    const bars = handBars([100, 100, 100, 100], [100, 106, 99, 104]);
    const walk = walkStrategy(toldStrategy([1]), {}, bars, { targetFraction: 0.05 });
    expect([exitsOf(walk)[0], walk.trades.exitQuote[0]]).toEqual(['target', 105]);
    const down = handBars([100, 100, 100, 100], [100, 100, 99, 99], [90, 91, 88, 90]);
    expect(walkStrategy(toldStrategy([-1]), {}, down, { targetFraction: 0.05 }).trades.exitQuote[0]).toBe(90);
  });

  it('measures both from the average of what was bought', () => {
    const bars = handBars([100, 100, 100, 100], [100, 100, 100, 100], [80, 80, 80, 80], [80, 80, 70, 72]);
    const walk = walkStrategy(toldStrategy([1, 2]), {}, bars, { stopFraction: 0.21 });
    expect(walk.trades.entryQuote[0]).toBe(90);
    expect(walk.trades.exitQuote[0]).toBeCloseTo(90 * 0.79, 12);
  });
});

describe('funding', () => {
  const funding = { long: Float64Array.of(0, 0.01, -0.02, 0, 0), short: Float64Array.of(0, 0.03, 0, 0, 0) };

  it('is paid and received on the worth at the close, by the side that is held', () => {
    const { trades } = told([1, undefined, 0], { funding });
    expect(trades.fundingQuote[0]).toBeCloseTo(0.01 * 110 - 0.02 * 120, 12);
    expect(trades.profitQuote[0]).toBeCloseTo(118 - 102 - (1.1 - 2.4), 12);
    expect(told([-1, undefined, 0], { funding }).trades.fundingQuote[0]).toBeCloseTo(3.3, 12);
  });

  it('is paid, and never received, in a bar that stops the position', () => {
    const paid = told([1], { funding, stopFraction: 0.005 });
    expect(exitsOf(paid)).toEqual(['stop']);
    expect(paid.trades.fundingQuote[0]).toBeCloseTo(1.1, 12);
    const unpaid = told([undefined, 1], { funding, stopFraction: 0.005 });
    expect(exitsOf(unpaid)).toEqual(['stop']);
    expect(unpaid.trades.fundingQuote[0]).toBe(0);
  });
});

describe('hard limits', () => {
  it('cuts what is asked for to the most that may be held', () => {
    const walk = walkStrategy(
      toldStrategy([9, -9], { maxUnits: 3, maxLossFraction: null }),
      {},
      RISE_AND_FALL,
    );
    expect(walk.trades.units[0]).toBe(3);
    expect(walk.open?.units).toBe(-3);
  });

  it('ends the walk flat, inside the bar, where all of it has lost what it may', () => {
    const bars = handBars([100, 100, 100, 100], [100, 100, 96, 98], [98, 99, 80, 85], [85, 120, 85, 120]);
    const limits = { maxUnits: 2, maxLossFraction: 0.05 };
    const costs = { feeFraction: 0.001, slippageFraction: 0.002 };
    const walk = walkStrategy(toldStrategy([2, undefined, 2], limits), {}, bars, costs);
    expect(exitsOf(walk)).toEqual(['loss_limit']);
    expect(walk.trades.profitQuote[0]).toBeCloseTo(-0.05 * 2 * 100, 10);
    expect(walk.endedAtBar).toBe(2);
    expect(walk.open).toBeNull();
  });

  it('counts what earlier round trips lost', () => {
    const bars = closesAt(100, 100, 97, 97, 97, 90);
    const limits = { maxUnits: 1, maxLossFraction: 0.05 };
    const walk = walkStrategy(toldStrategy([1, undefined, 0, 1], limits), {}, bars);
    expect([...walk.trades.profitQuote].map((profit) => Number(profit.toFixed(9)))).toEqual([-3, -2]);
    expect(walk.endedAtBar).toBe(5);
  });

  it('ends where what was left at an open had jumped past the limit', () => {
    const bars = handBars([100, 100, 100, 100], [100, 101, 99, 100], [90, 91, 89, 90], [90, 99, 90, 99]);
    const limits = { maxUnits: 1, maxLossFraction: 0.05 };
    const walk = walkStrategy(toldStrategy([1, 0, 1], limits), {}, bars);
    expect(exitsOf(walk)).toEqual(['signal']);
    expect(walk.endedAtBar).toBe(2);
    expect(walk.open).toBeNull();
  });
});

describe('the equity of a walk', () => {
  it('marks what is held at each close, from the first decision', () => {
    const walk = told([undefined, 1, 0], { from: 1, feeFraction: 0.01 });
    const expected = [0, 120 - 112 - 1.12, 118 - 112 - 1.12 - 1.18, 118 - 112 - 1.12 - 1.18];
    expect([...equityColumn(walk, RISE_AND_FALL)].map((quote) => Number(quote.toFixed(9)))).toEqual(
      expected.map((quote) => Number(quote.toFixed(9))),
    );
  });

  it('ends at the sum of all trades and what is open', () => {
    const walk = told([1, -2, undefined, 1], { feeFraction: 0.003, slippageFraction: 0.001 });
    const trades = walk.trades.profitQuote.reduce((sum, profit) => sum + profit, 0);
    expect(equityColumn(walk, RISE_AND_FALL).at(-1)).toBeCloseTo(trades + (walk.open?.profitQuote ?? 0), 10);
  });
});

function told(targets: readonly (number | undefined)[], options: Partial<WalkOptions> = {}): Walk {
  return walkStrategy(toldStrategy(targets), {}, RISE_AND_FALL, options);
}

function exitsOf({ trades }: Walk): (string | undefined)[] {
  return [...trades.exits].map((exit) => EXITS[exit]);
}
