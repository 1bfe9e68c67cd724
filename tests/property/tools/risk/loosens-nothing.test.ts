import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DenialCode, Verdict } from '#domain/proposal.ts';
import { HOUR_MS } from '#domain/time.ts';
import { BTC, NOW_MS, signalOf } from '#tests/support/agent-fixtures.ts';
import { entryOf, instrumentOf, UNIVERSE } from '#tests/unit/tools/risk/made-gate.ts';
import { sizeOpen } from '#tools/proposals/size-open.ts';
import { approveEntry } from '#tools/risk/approve.ts';
import { judgeProposal } from '#tools/risk/gate.ts';
import type { RecentTrading } from '#tools/risk/gate-context.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';
import { type Situation, situations, troubles } from './arbitraries.ts';

const RUNS = { numRuns: 400 };
const leverages = fc.integer({ min: 1, max: 50 });

function firstOf({ proposals }: Situation) {
  const [proposal] = proposals;
  if (proposal === undefined) throw new Error('a situation has an open');
  return proposal;
}

const refusals = ({ findings }: Verdict) =>
  findings.filter(({ effect }) => effect === 'deny').map(({ code }) => code);

/** What is refused for where a price lies; the liquidation price alone is leverage's own. */
const PRICE_CODES: ReadonlySet<DenialCode> = new Set([
  'data_unsound',
  'data_stale',
  'stop_missing',
  'stop_wrong_side',
  'target_wrong_side',
  'reward_under_minimum',
  'funding_over_limit',
]);
const pricesIn = ({ findings }: Verdict) =>
  findings.filter(({ code, effect }) => effect === 'deny' && PRICE_CODES.has(code));

describe('leverage', { timeout: 30_000 }, () => {
  it('moves no price threshold of the gate: what is refused for its prices is so at any leverage, by the same numbers', () => {
    let refused = 0;
    fc.assert(
      fc.property(situations, leverages, (situation, leverage) => {
        const proposal = firstOf(situation);
        const own = pricesIn(judgeProposal(proposal, situation.context, 'gate'));
        expect(pricesIn(judgeProposal({ ...proposal, leverage }, situation.context, 'gate'))).toEqual(own);
        if (own.length > 0) refused++;
      }),
      RUNS,
    );
    expect(refused).toBeGreaterThan(20);
  });

  it('moves no entry, stop or target of a proposal', () => {
    const shapes = fc.record({
      side: fc.constantFrom('long' as const, 'short' as const),
      lastQuote: fc.double({ min: 0.01, max: 100_000, noNaN: true }),
      atrFraction: fc.double({ min: 0.0001, max: 0.1, noNaN: true }),
    });
    fc.assert(
      fc.property(shapes, leverages, leverages, ({ side, lastQuote, atrFraction }, one, other) => {
        const signal = signalOf(BTC, { lastQuote, atrQuote: lastQuote * atrFraction });
        const pricesAt = (leverage: number) => {
          const limits = { ...DEFAULT_LIMITS, leverage: { major: leverage, alt: leverage } };
          const plan = sizeOpen(signal, side, 1, {
            ...{ instrument: instrumentOf(BTC, { maxLeverage: 125 }), limits },
            equityQuote: '10000',
          });
          return plan && [plan.entryPriceQuote, plan.stopPriceQuote, plan.targetPriceQuote];
        };
        expect(pricesAt(other)).toEqual(pricesAt(one));
      }),
      RUNS,
    );
  });
});

describe('a desk that may not open', { timeout: 30_000 }, () => {
  it('gets no approval, whatever its facts are and however faithful the order', () => {
    const modes = fc.constantFrom('halted' as const, 'reducing' as const);
    fc.assert(
      fc.property(situations, troubles, modes, ({ context, proposals }, trouble, tradingMode) => {
        for (const proposal of proposals) {
          const build = (quantityBase: string) => entryOf(proposal, { quantityBase });
          const approval = approveEntry(proposal, { ...context, ...trouble, tradingMode }, build);
          expect(approval).toMatchObject({
            approved: false,
            verdict: { outcome: 'denied', quantityBase: '0' },
          });
        }
      }),
      RUNS,
    );
  });
});

describe('what went wrong last', { timeout: 30_000 }, () => {
  const lost = fc.record({
    symbol: fc.constantFrom(...UNIVERSE),
    side: fc.constantFrom('long' as const, 'short' as const),
    netQuote: fc.constantFrom('-0.01', '-500'),
    exitReason: fc.constantFrom('stop' as const, 'exit' as const, 'liquidation' as const),
    openedAtMs: fc.constantFrom(NOW_MS - 1, NOW_MS - 2 * HOUR_MS),
    closedAtMs: fc.constant(NOW_MS),
  });
  type Worsening = (recent: RecentTrading) => RecentTrading;
  const worse = fc.oneof(
    lost.map(
      (trade): Worsening =>
        (recent) => ({ ...recent, trades: [trade, ...recent.trades] }),
    ),
    fc.integer({ min: 0, max: HOUR_MS }).map(
      (agoMs): Worsening =>
        (recent) => ({
          ...recent,
          venueFailuresAtMs: [...recent.venueFailuresAtMs, NOW_MS - agoMs],
        }),
    ),
  );

  it('loosens nothing: one more lost trade or failed order refuses all that was refused before', () => {
    let tightened = 0;
    fc.assert(
      fc.property(situations, worse, (situation, worsened) => {
        const { context } = situation;
        const recentTrading = worsened(context.recentTrading);
        const before = refusals(judgeProposal(firstOf(situation), context, 'gate'));
        const after = refusals(judgeProposal(firstOf(situation), { ...context, recentTrading }, 'gate'));
        expect(after).toEqual(expect.arrayContaining(before));
        if (after.length > before.length) tightened++;
      }),
      RUNS,
    );
    expect(tightened).toBeGreaterThan(10);
  });
});
