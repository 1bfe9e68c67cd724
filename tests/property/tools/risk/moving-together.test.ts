import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PositionSide } from '#domain/account.ts';
import { decimal, sumDecimals } from '#domain/decimal.ts';
import { pairOf } from '#tools/regime/market-correlation.ts';
import { judgeProposal } from '#tools/risk/gate.ts';
import { situations } from './arbitraries.ts';

describe('what moves together', { timeout: 30_000 }, () => {
  it('is never more than its limit with what the gate lets through, at the proposal’s price and the market’s', () => {
    let passed = 0;
    fc.assert(
      fc.property(situations, ({ context, proposals }) => {
        const [proposal] = proposals;
        const { account, positions, openOrders, correlations, limits, lastPricesQuote } = context;
        if (proposal === undefined || account === null)
          throw new Error('a situation has an open and an account');
        const verdict = judgeProposal(proposal, context, 'gate');
        if (verdict.outcome === 'denied') return;
        const weightOf = (symbol: string, side: PositionSide) => {
          const known = correlations.get(pairOf(symbol, proposal.symbol)) ?? null;
          if (known === null) return decimal(1);
          return decimal(Math.max(0, side === proposal.side ? known : -known));
        };
        const beside = sumDecimals([
          ...positions.map(({ symbol, side, quantityBase, markPriceQuote }) =>
            decimal(quantityBase).times(markPriceQuote).times(weightOf(symbol, side)),
          ),
          ...openOrders.map(({ symbol, side, quantityBase, filledBase, priceQuote }) =>
            decimal(quantityBase)
              .minus(filledBase)
              .times(priceQuote ?? 'NaN')
              .times(weightOf(symbol, side === 'buy' ? 'long' : 'short')),
          ),
        ]);
        if (beside.gt(0)) passed++;
        const most = decimal(account.equityQuote).times(decimal(limits.correlatedNotionalMultiple));
        for (const entry of [proposal.entryPriceQuote, lastPricesQuote.get(proposal.symbol) ?? 0])
          expect(decimal(verdict.quantityBase).times(decimal(entry)).plus(beside).lte(most)).toBe(true);
      }),
      { numRuns: 600 },
    );
    expect(passed).toBeGreaterThan(20);
  });
});
