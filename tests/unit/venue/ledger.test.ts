import { Big } from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sumDecimals } from '#domain/decimal.ts';
import { payFunding } from '../../support/venue/ledger.ts';
import { placeOrder } from '../../support/venue/matching.ts';
import { readParameters } from '../../support/venue/request-parameters.ts';
import { createVenueEngine, type VenueEngine } from '../../support/venue/venue-engine.ts';
import { openPositions } from '../../support/venue/venue-state.ts';

const NOW_MS = Date.UTC(2025, 0, 12);

function engineWith(walletBalance = '1000000'): VenueEngine {
  return createVenueEngine({ clock: { nowMs: () => NOW_MS }, walletBalance });
}

function market(
  engine: VenueEngine,
  side: 'BUY' | 'SELL',
  quantity: string,
  more: { reduceOnly?: 'true' } = {},
) {
  const parameters = { symbol: 'BTCUSDT', side, type: 'MARKET', quantity, ...more };
  return placeOrder(engine.state, readParameters(new URLSearchParams(parameters)));
}

describe("the venue's ledger", () => {
  it('weighs entries, realises the closed part and turns over at once', async () => {
    const engine = engineWith();
    await engine.setPrice('BTCUSDT', { last: '50000', ask: '50000' });
    market(engine, 'BUY', '0.02');
    await engine.setPrice('BTCUSDT', { last: '53000', ask: '53000' });
    market(engine, 'BUY', '0.01');
    await engine.setPrice('BTCUSDT', { last: '54000', ask: '54000' });
    market(engine, 'SELL', '0.04');
    expect(engine.state.fills.at(-1)?.realizedPnl.toFixed()).toBe('90');
    const [held] = openPositions(engine.state);
    expect(held).toMatchObject({ quantity: new Big('-0.01'), costQuote: new Big('-540') });
  });

  it('pays funding from longs to shorts when the rate is positive', async () => {
    const engine = engineWith();
    await engine.setPrice('BTCUSDT', { last: '50000', ask: '50000' });
    market(engine, 'BUY', '0.1');
    payFunding(engine.state, 'BTCUSDT', new Big('0.0001'));
    expect(engine.state.income.at(-1)).toMatchObject({ incomeType: 'FUNDING_FEE', income: new Big('-0.5') });
  });

  it('loses nothing: fills alone say what a flat account has won, and income adds up to the wallet', async () => {
    const trade = fc.record({
      price: fc.integer({ min: 450_000, max: 550_000 }),
      steps: fc.integer({ min: 10, max: 400 }),
      isBuy: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(trade, { minLength: 1, maxLength: 12 }), async (trades) => {
        const engine = engineWith();
        const { state } = engine;
        for (const { price, steps, isBuy } of trades) {
          const last = new Big(price).div(10).toFixed();
          await engine.setPrice('BTCUSDT', { last, ask: last });
          market(engine, isBuy ? 'BUY' : 'SELL', new Big(steps).div(1_000).toFixed());
        }
        for (const { quantity } of openPositions(state))
          market(engine, quantity.gt(0) ? 'SELL' : 'BUY', quantity.abs().toFixed(), { reduceOnly: 'true' });
        const traded = sumDecimals(
          state.fills.map(({ side, quoteQuantity }) => quoteQuantity.times(side === 'BUY' ? -1 : 1)),
        );
        const realised = sumDecimals(state.fills.map(({ realizedPnl }) => realizedPnl));
        expect(realised.toFixed()).toBe(traded.toFixed());
        expect(sumDecimals(state.income.map(({ income }) => income)).toFixed()).toBe(
          state.walletBalance.toFixed(),
        );
        expect(openPositions(state)).toEqual([]);
      }),
      // A turn-over may leave less than the least notional: only a reduce-only order takes that away.
      {
        numRuns: 60,
        examples: [
          [
            [
              { price: 450_000, steps: 10, isBuy: false },
              { price: 450_000, steps: 11, isBuy: true },
            ],
          ],
        ],
      },
    );
  });
});
