import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, sumDecimals } from '#domain/decimal.ts';
import { MINUTE_MS } from '#domain/time.ts';
import { PAPER_SETTINGS } from '#exchanges/paper/paper-settings.ts';
import type { FundingSettlement } from '#exchanges/ports/market-data.ts';
import {
  BTC,
  instrumentOf,
  openPaperDesk,
  stopAt,
  targetAt,
} from '#tests/unit/exchanges/paper/paper-desk.ts';
import { START_MS } from '#tests/unit/exchanges/paper/scripted-market.ts';
import { type Bar, barsOf, DECIDED_AT_MS, termsOf } from '#tests/unit/tools/performance/made-bars.ts';
import { type SizedProposal, simulateOutcome } from '#tools/performance/simulate-outcome.ts';

const tenths = (least: number, most: number) =>
  fc.integer({ min: least * 10, max: most * 10 }).map((count) => count / 10);

/** Bars round 100; of the first one the open is 100, later ones may gap. */
const bars = fc
  .array(fc.tuple(tenths(92, 108), tenths(0, 4), tenths(0, 4), tenths(92, 108)), {
    minLength: 1,
    maxLength: 12,
  })
  .map((rows) =>
    rows.map(([open, up, down, close], index): Bar => {
      const from = index === 0 ? 100 : open;
      return [from, Math.max(from, close) + up, Math.min(from, close) - down, close];
    }),
  );

const proposals = fc
  .record({
    side: fc.constantFrom('long' as const, 'short' as const),
    quantityBase: fc.integer({ min: 1, max: 20_000 }).map((count) => decimal(count).div(1_000).toFixed()),
    stopAway: tenths(0.1, 8),
    targetAway: tenths(0.1, 8),
  })
  .map(({ side, quantityBase, stopAway, targetAway }): SizedProposal => {
    const sign = side === 'long' ? 1 : -1;
    const price = (away: number) => decimal(100).plus(decimal(away).times(sign)).toFixed();
    return {
      ...{ side, quantityBase, entryPriceQuote: '100', atMs: DECIDED_AT_MS },
      stopPriceQuote: price(-stopAway),
      targetPriceQuote: price(targetAway),
    };
  });

const fundings = fc.array(
  fc.record({
    atMs: fc.integer({ min: 0, max: 12 }).map((count) => DECIDED_AT_MS + count * MINUTE_MS),
    rateFraction: fc.integer({ min: -30, max: 30 }).map((count) => count / 10_000),
  }),
  { maxLength: 3 },
);

const costs = fc.record({
  takerFeeFraction: fc.integer({ min: 0, max: 50 }).map((count) => count / 10_000),
  halfSpreadFraction: fc.integer({ min: 0, max: 20 }).map((count) => count / 10_000),
  impactFraction: fc.integer({ min: 0, max: 100 }).map((count) => count / 1_000),
  fundings,
});

describe('the simulated outcome of a proposal, on any bars', () => {
  it('nets gross less fees less funding to the last digit', () => {
    fc.assert(
      fc.property(proposals, bars, costs, (proposal, rows, terms) => {
        const outcome = simulateOutcome(proposal, barsOf(rows), termsOf(terms));
        if (outcome === null) return;
        const { grossQuote, feesQuote, fundingQuote, netQuote } = outcome;
        expect(decimal(netQuote).plus(feesQuote).plus(fundingQuote).eq(grossQuote)).toBe(true);
      }),
    );
  });

  it('is never better than at the target, and never worse than its worst bar while nothing slips', () => {
    fc.assert(
      fc.property(proposals, bars, costs, (proposal, rows, terms) => {
        const outcome = simulateOutcome(proposal, barsOf(rows), termsOf(terms));
        if (outcome === null) return;
        const most = decimal(proposal.targetPriceQuote ?? 0)
          .minus(100)
          .abs()
          .times(proposal.quantityBase);
        expect(decimal(outcome.grossQuote).lte(most)).toBe(true);
        expect(decimal(outcome.maxFavourableQuote).gte(0)).toBe(true);
        const bare = simulateOutcome(proposal, barsOf(rows), termsOf());
        expect(decimal(bare?.grossQuote ?? 0).gte(decimal(bare?.maxAdverseQuote ?? 0).times(-1))).toBe(true);
      }),
    );
  });

  it('falls with the fee and with the slippage', () => {
    fc.assert(
      fc.property(proposals, bars, costs, (proposal, rows, terms) => {
        const netOf = (over: object) =>
          simulateOutcome(proposal, barsOf(rows), termsOf({ ...terms, ...over }))?.netQuote;
        const net = netOf({});
        if (net === undefined) return;
        expect(decimal(netOf({ takerFeeFraction: terms.takerFeeFraction + 0.0001 }) ?? 0).lt(net)).toBe(true);
        expect(decimal(netOf({ halfSpreadFraction: terms.halfSpreadFraction + 0.01 }) ?? 0).lt(net)).toBe(
          true,
        );
      }),
    );
  });

  it('depends on no bar after the one it ends in', () => {
    fc.assert(
      fc.property(proposals, bars, bars, (proposal, rows, others) => {
        const outcome = simulateOutcome(proposal, barsOf(rows), termsOf());
        if (outcome === null || outcome.status === 'open') return;
        const walked = Math.ceil((outcome.exitAtMs - DECIDED_AT_MS) / MINUTE_MS);
        const ends = rows.slice(0, Math.max(1, outcome.exitAtMs % MINUTE_MS === 0 ? walked + 1 : walked));
        expect(simulateOutcome(proposal, barsOf([...ends, ...others]), termsOf())).toEqual(outcome);
      }),
    );
  });

  it('comes to what the paper venue books for the same order, stop and target', async () => {
    await fc.assert(
      fc.asyncProperty(proposals, bars, fc.boolean(), async (proposal, rows, pays) => {
        const free = { minNotionalQuote: '0.001', maintenanceMarginFraction: 0 };
        const instrument = instrumentOf(BTC, { tickSizeQuote: '0.01', ...free });
        const { halfSpreadFraction, impactFraction, volumeShareFraction } = PAPER_SETTINGS;
        const desk = openPaperDesk({
          instruments: [instrument],
          settings: { halfSpreadFraction, impactFraction },
        });
        const { side, quantityBase, stopPriceQuote, targetPriceQuote } = proposal;
        const out = side === 'long' ? 'sell' : 'buy';
        const sized = { quantityBase, leverage: 1 };
        await desk.send({ ...sized, side: side === 'long' ? 'buy' : 'sell' });
        await desk.send(stopAt(stopPriceQuote ?? '', { ...sized, side: out }));
        await desk.send(targetAt(targetPriceQuote ?? '', { ...sized, side: out }));
        const settled: FundingSettlement[] = [];
        for (const [index, row] of rows.entries()) {
          await desk.bar(row);
          if (!pays || index !== 2) continue;
          desk.market.fund(BTC, 0.001);
          settled.push({ atMs: desk.market.clock.nowMs(), rateFraction: 0.001 });
        }
        const { fills, fundings: paid } = await desk.broker.activityAfter(null);
        const outcome = simulateOutcome({ ...proposal, atMs: START_MS }, barsOf(rows, START_MS), {
          ...{ takerFeeFraction: instrument.takerFeeFraction, tickSizeQuote: '0.01' },
          ...{ halfSpreadFraction, impactFraction, volumeShareFraction, fundings: settled },
        });
        if (outcome === null || outcome.status === 'open') return fc.pre(false);
        const booked = sumDecimals(fills.map(({ realisedQuote }) => realisedQuote))
          .minus(sumDecimals(fills.map(({ feeQuote }) => feeQuote)))
          .minus(sumDecimals(paid.map(({ amountQuote }) => amountQuote)));
        expect({ netQuote: outcome.netQuote, prices: fills.map(({ priceQuote }) => priceQuote) }).toEqual({
          netQuote: booked.toFixed(),
          prices: [outcome.entryPriceQuote, outcome.exitPriceQuote],
        });
      }),
      { numRuns: 150 },
    );
  });
});
