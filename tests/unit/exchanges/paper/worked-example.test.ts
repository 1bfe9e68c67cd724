import { expect, it } from 'vitest';
import { BTC, fillsOf, openPaperDesk, stopAt } from './paper-desk.ts';

/**
 * By hand. Half spread 1 bp, impact 1% of the price for a whole bar's volume, 1,000 BTC in each bar, tick 0.1.
 * Entry: buy 10 at 100: slip 0.0001 + 0.01 × 10/1000 = 0.0002 → 100.02, up to the tick: 100.1.
 *   notional 1001, fee 0.05% = 0.5005, margin 1001/10 = 100.1.
 * Funding: rate 0.01% at the mark 102: 10 × 102 × 0.0001 = 0.102.
 * Stop at 98 touched: slip 0.0002 → 97.9804, down to the tick: 97.9. Realised 979 - 1001 = -22, fee 0.4895.
 * Net: -22 - 0.5005 - 0.4895 - 0.102 = -23.092.
 */
it('gives the numbers computed by hand for an entry, its funding and its stop', async () => {
  const { broker, market, send, bar } = openPaperDesk({
    settings: { halfSpreadFraction: 0.0001, impactFraction: 0.01 },
  });

  const entry = await send({ quantityBase: '10' });
  expect(entry).toMatchObject({ status: 'filled', averagePriceQuote: '100.1', feesQuote: '0.5005' });
  await send(stopAt('98', { quantityBase: '10' }));
  expect(await broker.account()).toMatchObject({
    balanceQuote: '9999.4995',
    unrealisedQuote: '-1',
    equityQuote: '9998.4995',
    marginUsedQuote: '100.1',
    availableQuote: '9899.3995',
  });

  await bar([100, 103, 100, 102]);
  market.fund(BTC, 0.0001);
  await bar([102, 102, 99, 99]);
  expect((await broker.positions())[0]).toMatchObject({
    side: 'long',
    quantityBase: '10',
    entryPriceQuote: '100.1',
    markPriceQuote: '99',
    unrealisedQuote: '-11',
    feesQuote: '0.5005',
    fundingQuote: '0.102',
    // (1001 - 100.1) / (10 × 0.996) = 90.4518…, up to the tick.
    liquidationPriceQuote: '90.5',
  });

  await bar([99, 99, 97, 97.5]);
  expect(await broker.positions()).toEqual([]);
  expect((await fillsOf(broker))[1]).toMatchObject({
    purpose: 'stop',
    priceQuote: '97.9',
    realisedQuote: '-22',
    feeQuote: '0.4895',
    liquidity: 'taker',
  });
  expect(await broker.account()).toMatchObject({ balanceQuote: '9976.908', equityQuote: '9976.908' });
});

/**
 * By hand, without slippage. Short 2 at 100 (fee 0.1, margin 40 at 5×); funding +0.02% at 90 is received:
 * 2 × 90 × 0.0002 = 0.036. Limit buy 2 at 89 is traded through: maker fee 2 × 89 × 0.0002 = 0.0356, realised +22.
 * Net 22 - 0.1 - 0.0356 + 0.036 = 21.9004.
 */
it('gives the numbers computed by hand for a short closed by a limit order', async () => {
  const { broker, market, send, bar } = openPaperDesk();
  await send({ side: 'sell', quantityBase: '2', leverage: 5 });
  await send({ type: 'limit', priceQuote: '89', quantityBase: '2', reduceOnly: true, purpose: 'exit' });
  await bar([100, 100, 90, 90]);
  market.fund(BTC, 0.0002);
  await bar([90, 90, 89, 90]);
  expect(await broker.positions()).toHaveLength(1);
  await bar([90, 90, 88.9, 89.5]);
  expect((await broker.account()).balanceQuote).toBe('10021.9004');
});
