import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal } from '#domain/decimal.ts';
import type { ContextOpinion } from '#domain/opinion.ts';
import { TradeProposal } from '#domain/proposal.ts';
import { QAction, SCORE_THRESHOLD, type Signal } from '#domain/signal.ts';
import { accountOf, adviceOn, BTC, positionOf, signalOf } from '#tests/support/agent-fixtures.ts';
import { gateContextOf, instrumentOf } from '#tests/unit/tools/risk/made-gate.ts';
import { fuseConviction } from '#tools/proposals/fuse.ts';
import { OPEN_CONVICTION, propose } from '#tools/proposals/propose.ts';
import { sizeOpen } from '#tools/proposals/size-open.ts';
import { judgeProposal } from '#tools/risk/gate.ts';
import { DEFAULT_LIMITS, leverageLimit } from '#tools/risk/limits.ts';
import { rewardToRisk } from '#tools/risk/prices.ts';

const fraction = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const strange = fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e9, -1e9);

const scores = fc.integer({ min: -12, max: 12 });
const advices = fc.option(
  fc
    .record({ best: fc.constantFrom(...QAction.options), counts: fc.boolean() })
    .map(({ best, counts }) => adviceOn(BTC, { best, counts })),
);
const opinions: fc.Arbitrary<ContextOpinion | null> = fc.option(
  fc.oneof(fraction(-1, 1), strange).map((conviction) => ({
    symbol: BTC,
    stance: 'neutral' as const,
    conviction,
    evidence: [],
    summary: '',
  })),
);
const weights = fc.oneof(fraction(0, 0.3), fraction(-5, 5), strange);

function signalOfScore(score: number): Signal {
  const action = score >= SCORE_THRESHOLD ? 'buy' : score <= -SCORE_THRESHOLD ? 'sell' : 'hold';
  return signalOf(BTC, { score, action });
}

describe('a fused conviction', { timeout: 30_000 }, () => {
  it('stays within -1 and 1 whatever goes in', () => {
    fc.assert(
      fc.property(fc.oneof(scores, strange), advices, opinions, weights, (score, advice, opinion, weight) => {
        const { conviction } = fuseConviction(signalOf(BTC, { score }), advice, opinion, weight);
        expect(Math.abs(conviction)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps the direction of a threshold signal against the table alone and the opinion alone', () => {
    fc.assert(
      fc.property(scores, advices, opinions, weights, (score, advice, opinion, weight) => {
        fc.pre(Math.abs(score) >= SCORE_THRESHOLD);
        const signal = signalOfScore(score);
        for (const fused of [
          fuseConviction(signal, advice, null, weight),
          fuseConviction(signal, null, opinion, weight),
        ])
          expect(Math.sign(fused.conviction)).toBe(Math.sign(score));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is moved by the table at most 0.15 and by the opinion at most 0.3, and not at all by advice that does not count', () => {
    fc.assert(
      fc.property(scores, advices, opinions, weights, (score, advice, opinion, weight) => {
        const signal = signalOfScore(score);
        const alone = fuseConviction(signal, null, null, weight).conviction;
        const byTable = fuseConviction(signal, advice, null, weight).conviction - alone;
        const byOpinion = fuseConviction(signal, null, opinion, weight).conviction - alone;
        expect(Math.abs(byTable)).toBeLessThanOrEqual(advice?.counts ? 0.15 + 1e-12 : 0);
        expect(Math.abs(byOpinion)).toBeLessThanOrEqual(0.3 + 1e-12);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('an open', { timeout: 30_000 }, () => {
  it('is never made without a threshold signal, never against it, and never where something is held', () => {
    fc.assert(
      fc.property(
        scores,
        advices,
        opinions,
        weights,
        fc.boolean(),
        (score, advice, opinion, convictionWeight, isHeld) => {
          const position = isHeld ? positionOf(BTC) : null;
          const subject = {
            signal: signalOfScore(score),
            instrument: instrumentOf(BTC),
            position,
            advice,
            opinion,
          };
          const context = { account: accountOf(), limits: DEFAULT_LIMITS, convictionWeight };
          for (const proposal of propose([subject], context).proposals) {
            expect(TradeProposal.safeParse(proposal).success).toBe(true);
            if (proposal.kind === 'close') continue;
            expect(isHeld).toBe(false);
            expect(Math.abs(score)).toBeGreaterThanOrEqual(SCORE_THRESHOLD);
            expect(proposal.side).toBe(score > 0 ? 'long' : 'short');
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('is not closed in the same instant by the very words that opened it, won or lost', () => {
    let opened = 0;
    fc.assert(
      fc.property(
        scores,
        advices,
        opinions,
        weights,
        fc.boolean(),
        (score, advice, opinion, weight, wins) => {
          const signal = signalOfScore(score);
          const subject = { signal, instrument: instrumentOf(BTC), position: null, advice, opinion };
          const desk = { account: accountOf(), limits: DEFAULT_LIMITS, convictionWeight: weight };
          const [open] = propose([subject], desk).proposals;
          if (open === undefined) return;
          opened += 1;
          const { side } = open;
          const held = { side, openedAtMs: signal.atMs, unrealisedQuote: wins ? '5' : '-5' };
          const position = positionOf(BTC, held);
          expect(propose([{ ...subject, position }], desk).proposals).toEqual([]);
        },
      ),
      { numRuns: 1_000 },
    );
    expect(opened).toBeGreaterThan(100);
  });

  const shapes = fc.record({
    lastQuote: fc
      .tuple(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: -8, max: 1 }))
      .map(([digits, exponent]) => digits * 10 ** exponent),
    atrFraction: fc.integer({ min: 1, max: 300 }).map((thousandths) => thousandths / 1_000),
    tickSizeQuote: fc.integer({ min: 0, max: 8 }).map((places) => decimal(`1e-${places}`).toFixed()),
    takerFeeFraction: fc.constantFrom(0, 0.0004, 0.001, 0.003, 0.1),
    maxLeverage: fc.integer({ min: 1, max: 125 }),
    minRewardToRisk: fraction(2, 10),
    leverage: fc.integer({ min: 1, max: 50 }),
    equity: fc.integer({ min: -1_000, max: 10_000_000 }),
    conviction: fc.integer({ min: -100, max: 100 }).map((hundredths) => hundredths / 100),
    side: fc.constantFrom('long' as const, 'short' as const),
  });

  it('has its stop on the right side, a target that pays, lawful leverage and a size that risks no more than allowed', () => {
    let planned = 0;
    fc.assert(
      fc.property(shapes, ({ side, equity, conviction, leverage, minRewardToRisk, ...shape }) => {
        const { lastQuote, atrFraction, tickSizeQuote, takerFeeFraction, maxLeverage } = shape;
        const instrument = instrumentOf(BTC, { tickSizeQuote, takerFeeFraction, maxLeverage });
        const limits = { ...DEFAULT_LIMITS, minRewardToRisk, leverage: { major: leverage, alt: leverage } };
        const signal = signalOf(BTC, { lastQuote, atrQuote: lastQuote * atrFraction });
        const plan = sizeOpen(signal, side, conviction, { instrument, limits, equityQuote: String(equity) });
        if (plan === null) return;
        planned++;
        const [entry, stop, target] = [plan.entryPriceQuote, plan.stopPriceQuote, plan.targetPriceQuote].map(
          Number,
        ) as [number, number, number];
        for (const price of [plan.entryPriceQuote, plan.stopPriceQuote, plan.targetPriceQuote])
          expect(decimal(price).gt(0) && decimal(price).mod(tickSizeQuote).eq(0)).toBe(true);
        expect(side === 'long' ? stop < entry && entry < target : target < entry && entry < stop).toBe(true);
        expect(rewardToRisk({ entry, stop, target, feeFraction: takerFeeFraction })).toBeGreaterThanOrEqual(
          minRewardToRisk,
        );
        expect(plan.leverage).toBeLessThanOrEqual(leverageLimit(limits, BTC, maxLeverage));
        expect(plan.leverage).toBeGreaterThanOrEqual(1);
        expect(
          decimal(plan.quantityBase).gt(0) &&
            decimal(plan.quantityBase).mod(instrument.quantityStepBase).eq(0),
        ).toBe(true);
        const loss = Number(plan.quantityBase) * (Math.abs(entry - stop) + takerFeeFraction * (entry + stop));
        expect(loss).toBeLessThanOrEqual(
          equity * limits.riskPerTradeFraction * Math.abs(conviction) * (1 + 1e-9),
        );
      }),
      { numRuns: 1_500 },
    );
    expect(planned).toBeGreaterThan(200);
  });

  it('passes the gate in an ordinary market', () => {
    fc.assert(
      fc.property(
        fraction(50, 200),
        fraction(0.003, 0.05),
        fc.constantFrom('long' as const, 'short' as const),
        (lastQuote, atrFraction, side) => {
          const score = side === 'long' ? 5 : -5;
          const signal = { ...signalOfScore(score), lastQuote, atrQuote: lastQuote * atrFraction };
          const subject = {
            signal,
            instrument: instrumentOf(BTC),
            position: null,
            advice: null,
            opinion: null,
          };
          const { proposals } = propose([subject], {
            account: accountOf(),
            limits: DEFAULT_LIMITS,
            convictionWeight: 0.3,
          });
          const [proposal] = proposals;
          if (proposal === undefined) throw new Error('a sound signal gives a proposal');
          const context = gateContextOf({ lastPricesQuote: new Map([[BTC, lastQuote]]) });
          expect(judgeProposal(proposal, context, 'gate').outcome).not.toBe('denied');
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a close', { timeout: 30_000 }, () => {
  const { minHoldMs } = DEFAULT_LIMITS.protections;
  const ages = fc.oneof(
    fc.integer({ min: -1, max: 2 * minHoldMs }),
    fc.constantFrom(minHoldMs - 1, minHoldMs),
  );
  const sides = fc.constantFrom('long' as const, 'short' as const);

  it('comes of a winner only where conviction has turned, of a loser where the signal fades too, and never too soon', () => {
    const seen = { turned: 0, faded: 0, kept: 0 };
    fc.assert(
      fc.property(
        ...[scores, opinions, weights, ages, sides, fc.boolean()],
        (score, opinion, convictionWeight, ageMs, side, isLosing) => {
          const signal = signalOfScore(score);
          const held = { openedAtMs: signal.atMs - ageMs, unrealisedQuote: isLosing ? '-0.01' : '0.01' };
          const position = positionOf(BTC, { side, ...held });
          const { conviction } = fuseConviction(signal, null, opinion, convictionWeight);
          const hasTurned = (side === 'long' ? -conviction : conviction) >= OPEN_CONVICTION;
          const isDue = ageMs >= minHoldMs && (hasTurned || (isLosing && signal.action === 'hold'));
          const subject = { signal, instrument: instrumentOf(BTC), position, advice: null, opinion };
          const desk = { account: null, limits: DEFAULT_LIMITS, convictionWeight };
          const { proposals } = propose([subject], desk);
          expect(proposals.map(({ kind, quantityBase }) => [kind, quantityBase])).toEqual(
            isDue ? [['close', position.quantityBase]] : [],
          );
          seen[isDue ? (hasTurned ? 'turned' : 'faded') : 'kept'] += 1;
        },
      ),
      { numRuns: 2_000 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(50);
  });
});
