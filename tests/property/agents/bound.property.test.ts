import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { context } from '#agents/context.ts';
import { DEADLINES, executor } from '#agents/executor.ts';
import { guardian } from '#agents/guardian.ts';
import { risk } from '#agents/risk.ts';
import { scanner } from '#agents/scanner.ts';
import {
  ContextOpinion,
  ExecutionPlan,
  GuardianOpinion,
  RiskReview,
  ScannerReport,
} from '#domain/opinion.ts';
import { BreakerLevel } from '#domain/trading-state.ts';
import {
  accountOf,
  BTC,
  ETH,
  positionOf,
  proposalOf,
  SOL,
  signalOf,
  verdictOn,
} from '#tests/support/agent-fixtures.ts';

const hostileNumber = fc.oneof(
  fc.double({ noNaN: false }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e308, 85),
);
const hostileText = fc.oneof(fc.string({ maxLength: 900 }), fc.constant('x'.repeat(700)));
const symbols = fc.constantFrom(BTC, ETH, SOL, 'DOGE/USDT:USDT', '../etc', '', '__proto__');
const ids = fc.constantFrom(
  'BTC-open-long',
  'ETH-open-long',
  'SOL-close-long',
  'DOGE-open-long',
  '',
  '__proto__',
);

/** A reply no schema has seen. */
function hostile<Reply>(shape: fc.Arbitrary<unknown>): fc.Arbitrary<Reply> {
  return shape as fc.Arbitrary<Reply>;
}

describe('whatever a model replies', () => {
  it('the Scanner names only what it was offered, each once, inside the maximum', () => {
    const reply = hostile<ScannerReport>(
      fc.record({
        ranked: fc.array(fc.record({ symbol: symbols, reason: hostileText }), { maxLength: 80 }),
        summary: hostileText,
      }),
    );
    fc.assert(
      fc.property(reply, fc.integer({ min: 0, max: 60 }), fc.boolean(), (report, maxSubjects, isHeld) => {
        const positions = isHeld ? [positionOf(SOL)] : [];
        const question = { shortlist: [signalOf(BTC), signalOf(ETH)], positions, maxSubjects };
        const bounded = ScannerReport.parse(scanner.bound(report, question));
        const named = bounded.ranked.map(({ symbol }) => symbol);
        expect(new Set(named).size).toBe(named.length);
        expect([BTC, ETH, SOL]).toEqual(expect.arrayContaining(named));
        expect(named.includes(SOL)).toBe(isHeld);
        expect(named.length).toBeLessThanOrEqual(maxSubjects + positions.length);
      }),
    );
  });

  it('the Guardian’s level is never lowered', () => {
    const reply = hostile<GuardianOpinion>(
      fc.record({
        ask: fc.oneof(fc.constantFrom('keep', 'reduce', 'trip', 'clear', 'arm'), fc.string()),
        reason: hostileText,
      }),
    );
    const level = fc.constantFrom(...BreakerLevel.options);
    fc.assert(
      fc.property(reply, level, (opinion, breakerLevel) => {
        const question = { level: breakerLevel, reasons: [], signals: [], account: null, positions: [] };
        const { ask } = GuardianOpinion.parse(guardian.bound(opinion, question));
        if (breakerLevel === 'tripped') expect(['keep', 'trip']).toContain(ask);
        else expect(['keep', 'reduce', 'trip']).toContain(ask);
      }),
    );
  });

  it('the Context agent’s conviction stays inside -1..1, for the asked symbol, with its stance’s sign', () => {
    const reply = hostile<Parameters<typeof context.bound>[0]>(
      fc.record({
        symbol: symbols,
        stance: fc.constantFrom('bullish', 'bearish', 'neutral'),
        conviction: hostileNumber,
        evidence: fc.option(
          fc.array(
            fc.record({
              key: fc.string({ maxLength: 60 }),
              value: fc.integer(),
              note: fc.string({ maxLength: 200 }),
            }),
            { maxLength: 20 },
          ),
        ),
        summary: hostileText,
      }),
    );
    const question = {
      signal: signalOf(ETH),
      qAdvice: null,
      position: null,
      fundingRateFraction: null,
      openInterestQuote: null,
      btc: null,
      question: null,
    };
    fc.assert(
      fc.property(reply, (opinion) => {
        const { symbol, stance, conviction } = ContextOpinion.parse(context.bound(opinion, question));
        expect(symbol).toBe(ETH);
        if (stance === 'bullish') expect(conviction).toBeGreaterThan(0);
        else if (stance === 'bearish') expect(conviction).toBeLessThan(0);
        else expect(conviction).toBe(0);
      }),
    );
  });

  const proposals = [
    proposalOf(SOL, { proposalId: 'SOL-close-long', kind: 'close' }),
    proposalOf(BTC),
    proposalOf(ETH),
  ];
  const denied = proposalOf('DOGE/USDT:USDT');
  const book = {
    proposals: [...proposals, denied],
    verdicts: [
      ...proposals.map((one) => verdictOn(one)),
      verdictOn(denied, { outcome: 'denied', quantityBase: '0' }),
    ],
    signals: [signalOf(BTC), signalOf(ETH), signalOf(SOL)],
  };
  const passedIds = proposals.map(({ proposalId }) => proposalId);

  it('the Risk agent reviews what passed and nothing else, never enlarges, and never touches a close', () => {
    const reply = hostile<Parameters<typeof risk.bound>[0]>(
      fc.record({
        reviews: fc.array(
          fc.record({
            proposalId: ids,
            action: fc.oneof(fc.constantFrom('keep', 'shrink', 'refuse'), fc.string()),
            sizeFraction: fc.option(hostileNumber),
            reason: hostileText,
          }),
        ),
        summary: hostileText,
      }),
    );
    fc.assert(
      fc.property(reply, (said) => {
        const question = { ...book, account: accountOf(), positions: [positionOf(SOL)] };
        const { reviews } = RiskReview.parse(risk.bound(said, question));
        expect(reviews.map(({ proposalId }) => proposalId)).toEqual(passedIds);
        expect(reviews[0]).toMatchObject({ action: 'keep', sizeFraction: 1 });
        for (const { action, sizeFraction } of reviews) {
          if (action === 'refuse') expect(sizeFraction).toBe(0);
          if (action === 'keep') expect(sizeFraction).toBe(1);
          if (action === 'shrink') expect(sizeFraction > 0 && sizeFraction < 1).toBe(true);
        }
      }),
    );
  });

  it('the Executor plans what passed and nothing else, from its menu, and a close leaves at once', () => {
    const reply = hostile<Parameters<typeof executor.bound>[0]>(
      fc.record({
        plans: fc.array(
          fc.record({
            proposalId: ids,
            style: fc.oneof(fc.constantFrom('market', 'limit', 'twap', 'toString'), fc.string()),
            deadlineMs: fc.option(hostileNumber),
            reason: hostileText,
          }),
        ),
        summary: hostileText,
      }),
    );
    fc.assert(
      fc.property(reply, (said) => {
        const { plans } = ExecutionPlan.parse(executor.bound(said, book));
        expect(plans.map(({ proposalId }) => proposalId)).toEqual(passedIds);
        expect(plans[0]?.style).toBe('market');
        for (const { style, deadlineMs } of plans) {
          expect(style).not.toBe('twap');
          expect(deadlineMs).toBeGreaterThanOrEqual(DEADLINES[style].minMs);
          expect(deadlineMs).toBeLessThanOrEqual(DEADLINES[style].maxMs);
        }
      }),
    );
  });
});
