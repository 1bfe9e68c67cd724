import { describe, expect, it } from 'vitest';
import { decimal } from '#domain/decimal.ts';
import { BTC, fillsOf, instrumentOf, openPaperDesk, stopAt, targetAt } from './paper-desk.ts';

// Long 1 at 100 and 10×: margin 10, (100 - 10) / 0.996 = 90.361… → 90.4. Short: (100 + 10) / 1.004 = 109.56… → 109.5.
describe('a liquidation', () => {
  it.each([
    { side: 'buy', price: '90.4', bar: [100, 100, 90, 95], realised: '-9.6', fee: '0.4' },
    { side: 'sell', price: '109.5', bar: [100, 110, 100, 105], realised: '-9.5', fee: '0.5' },
  ] as const)('of a $side happens at $price, with what is left of the margin as its fee', async (example) => {
    const { broker, send, bar } = openPaperDesk();
    await send({ side: example.side });
    expect((await broker.positions())[0]?.liquidationPriceQuote).toBe(example.price);
    await bar(example.bar);
    expect(await broker.positions()).toEqual([]);
    expect((await fillsOf(broker))[1]).toMatchObject({
      purpose: 'liquidation',
      priceQuote: example.price,
      realisedQuote: example.realised,
      feeQuote: example.fee,
    });
  });

  it('takes half a percent of the notional where the margin left is more', async () => {
    const instruments = [instrumentOf(BTC, { maintenanceMarginFraction: 0.02 })];
    const { broker, send, bar } = openPaperDesk({ instruments });
    await send({});
    await bar([100, 100, 91, 95]);
    // (100 - 10) / 0.98 = 91.836… → 91.9; 0.5% of it is 0.4595.
    expect((await fillsOf(broker))[1]).toMatchObject({ priceQuote: '91.9', feeQuote: '0.4595' });
  });

  it('costs the margin and no more when the bar opens far beyond it', async () => {
    const { broker, send, bar } = openPaperDesk();
    await send({});
    await bar([50, 50, 40, 45]);
    expect((await fillsOf(broker))[1]).toMatchObject({
      priceQuote: '90',
      realisedQuote: '-10',
      feeQuote: '0',
    });
    expect((await broker.account()).balanceQuote).toBe('9989.95');
  });

  it('comes before a target in the same bar', async () => {
    const { broker, send, bar } = openPaperDesk();
    await send({});
    await send(targetAt('105'));
    await bar([100, 106, 90, 100]);
    expect((await fillsOf(broker))[1]?.purpose).toBe('liquidation');
  });

  it('comes after a stop that is nearer, and before one that is farther', async () => {
    const near = openPaperDesk();
    await near.send({});
    await near.send(stopAt('91'));
    await near.bar([100, 100, 80, 85]);
    expect((await fillsOf(near.broker))[1]).toMatchObject({ purpose: 'stop', priceQuote: '91' });

    const far = openPaperDesk();
    await far.send({});
    await far.send(stopAt('90'));
    await far.bar([100, 100, 90.2, 95]);
    expect((await fillsOf(far.broker))[1]?.purpose).toBe('liquidation');
    expect((await far.broker.openOrders()).map((order) => order.purpose)).toEqual(['stop']);
  });

  it('takes the place of a stop that could only be filled beyond it', async () => {
    const { broker, send, bar } = openPaperDesk();
    await send({});
    await send(stopAt('95'));
    await bar([85, 86, 84, 85]);
    const [, end] = await fillsOf(broker);
    expect(end).toMatchObject({ purpose: 'liquidation', priceQuote: '90', realisedQuote: '-10' });
    const account = await broker.account();
    expect(decimal(account.balanceQuote).gte('9989.95')).toBe(true);
  });

  it('cannot happen to a long at leverage 1', async () => {
    const { broker, send, bar } = openPaperDesk();
    await send({ leverage: 1 });
    expect((await broker.positions())[0]?.liquidationPriceQuote).toBeNull();
    await bar([100, 100, 1, 2]);
    expect(await broker.positions()).toHaveLength(1);
  });

  it('moves with the average when a position grows', async () => {
    const { broker, send, bar } = openPaperDesk();
    await send({});
    await bar([100, 120, 100, 120]);
    await send({});
    // Cost 220, margin 22: (220 - 22) / (2 × 0.996) = 99.397… → 99.4.
    expect((await broker.positions())[0]).toMatchObject({ marginQuote: '22', liquidationPriceQuote: '99.4' });
  });
});
