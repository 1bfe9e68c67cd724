import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#domain/ids.ts';
import { cycleOf, tradeOf } from '#tests/unit/tools/performance/made-trades.ts';
import { drawVetoes } from '#tools/performance/draw-vetoes.ts';
import { drawVeto, equalDropFraction, vetoRecordOf } from '#tools/performance/random-veto.ts';
import { takeInTurn } from '#tools/performance/reckon-trades.ts';

const trades = fc
  .array(fc.record({ r: fc.integer({ min: -3, max: 5 }), isByModel: fc.boolean() }), { maxLength: 40 })
  .map((made) => made.map(({ r, isByModel }, hour) => tradeOf(hour, r, { isByModel })));

describe('a random veto', () => {
  it('is the rules’ own trades when it drops none and resizes none', () => {
    fc.assert(
      fc.property(trades, fc.nat(), (made, seed) => {
        const taken = drawVeto(made, { dropFraction: 0, keptShares: [] }, seededRandom(seed));
        expect(taken).toEqual(takeInTurn(made).map((trade) => ({ ...trade, scale: 1 })));
      }),
    );
  });

  it('leaves nothing a model was asked about when it drops all, and all else', () => {
    fc.assert(
      fc.property(trades, fc.nat(), (made, seed) => {
        const taken = drawVeto(made, { dropFraction: 1, keptShares: [1] }, seededRandom(seed));
        expect(taken).toEqual(
          made.filter(({ isByModel }) => !isByModel).map((trade) => ({ ...trade, scale: 1 })),
        );
      }),
    );
  });

  it('gives no other sizes than the model gave, whatever the rules had left', () => {
    fc.assert(
      fc.property(trades, fc.array(fc.constantFrom(0.25, 0.5, 1), { minLength: 1 }), (made, keptShares) => {
        const cut = made.map((trade) => ({ ...trade, sizeFraction: 0.125 }));
        for (const { scale, isByModel } of drawVeto(cut, { dropFraction: 0.3, keptShares }, seededRandom(5)))
          expect(isByModel ? keptShares : [0.125]).toContain(scale * 0.125);
      }),
    );
  });

  it('makes as many trades as the model on average, also where what was dropped comes back', () => {
    // Each hour the same open again, and each trade is held for six of them: dropped opens come back.
    const hours = Array.from({ length: 400 }, (_, hour) => hour);
    const made = hours.map((hour) => tradeOf(hour, 1, { exitAtMs: tradeOf(hour + 6, 0).decidedAtMs }));
    const none = equalDropFraction(made, takeInTurn(made).length, 3);
    expect(none).toBe(0);
    const dropFraction = equalDropFraction(made, 50, 3);
    const { trades: drawn } = drawVetoes(made, { dropFraction, keptShares: [] }, { draws: 300, seed: 9 });
    expect(drawn.mean).toBeGreaterThan(49);
    expect(drawn.mean).toBeLessThan(51);
    expect(equalDropFraction(made, 0, 3)).toBe(1);
  });

  it('expects at each instant what its draws came to there', () => {
    const made = [tradeOf(0, 2), tradeOf(1, -1)];
    const policy = { dropFraction: 0.5, keptShares: [0.5] };
    const { expected, sumR } = drawVetoes(made, policy, { draws: 4_000, seed: 1 });
    expect(expected.map(({ value }) => value)).toEqual([expect.closeTo(0.5, 1), expect.closeTo(-0.25, 1)]);
    expect(expected.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(sumR.mean, 9);
  });
});

describe('what a model let through', () => {
  it('is counted over the rules’ opens in its own cycles', () => {
    const cycles = [
      cycleOf(0, 0),
      cycleOf(1, 0.5),
      cycleOf(2, 1),
      cycleOf(3, 0),
      cycleOf(4, 0, { isByModel: false }),
    ];
    expect(vetoRecordOf(cycles)).toEqual({
      ...{ proposed: 4, vetoedFraction: 0.5, keptShares: [0.5, 1], hasResized: true },
    });
    expect(vetoRecordOf([cycleOf(0, 0), cycleOf(1, 1)])).toMatchObject({ hasResized: false });
    expect(vetoRecordOf([])).toEqual({ proposed: 0, vetoedFraction: 0, keptShares: [], hasResized: false });
  });
});
