import { describe, expect, it } from 'vitest';
import { accountMargins, liquidationPrice } from '../../support/venue/margin.ts';
import { placeOrder } from '../../support/venue/matching.ts';
import { readParameters } from '../../support/venue/request-parameters.ts';
import { createVenueEngine } from '../../support/venue/venue-engine.ts';
import { openPositions, settingsOf } from '../../support/venue/venue-state.ts';

async function venueWith(walletBalance: string, isIsolated = false) {
  const engine = createVenueEngine({
    clock: { nowMs: () => Date.UTC(2025, 0, 12) },
    walletBalance,
    takerBps: '0',
  });
  await engine.setPrice('BTCUSDT', { last: '50000', ask: '50000' });
  settingsOf(engine.state, 'BTCUSDT').isIsolated = isIsolated;
  settingsOf(engine.state, 'BTCUSDT').leverage = 10;
  const order = (fields: Record<string, string>) =>
    placeOrder(
      engine.state,
      readParameters(new URLSearchParams({ symbol: 'BTCUSDT', type: 'MARKET', ...fields })),
    );
  return { engine, order };
}

describe("the venue's margin", () => {
  it('refuses what the wallet cannot carry, and nothing that only reduces', async () => {
    const { engine, order } = await venueWith('100');
    expect(() => order({ side: 'BUY', quantity: '0.021' })).toThrow('Margin is insufficient');
    order({ side: 'BUY', quantity: '0.02' });
    expect(accountMargins(engine.state).available.toFixed()).toBe('0');
    order({ side: 'SELL', quantity: '0.02' });
    expect(accountMargins(engine.state).available.toFixed()).toBe('100');
  });

  it('holds the margin of resting orders back', async () => {
    const { engine, order } = await venueWith('1000');
    order({ side: 'BUY', quantity: '0.1', type: 'LIMIT', price: '49000', timeInForce: 'GTC' });
    expect(accountMargins(engine.state)).toMatchObject({
      openOrderInitial: expect.objectContaining({}),
      available: expect.objectContaining({}),
    });
    expect(accountMargins(engine.state).available.toFixed()).toBe('510');
  });

  it.each([
    ['cross', false],
    ['isolated', true],
  ])('liquidates a %s position at its liquidation price and not before', async (_, isIsolated) => {
    const { engine, order } = await venueWith('100', isIsolated);
    order({ side: 'BUY', quantity: '0.02' });
    const [held] = openPositions(engine.state);
    const price = liquidationPrice(engine.state, held!);
    expect(price.toFixed(2)).toBe('45180.72');
    await engine.setPrice('BTCUSDT', price.plus('0.01').toFixed());
    expect(openPositions(engine.state)).toHaveLength(1);
    await engine.setPrice('BTCUSDT', price.minus('0.01').toFixed());
    expect(openPositions(engine.state)).toEqual([]);
    expect(engine.state.orders.at(-1)?.clientOrderId).toMatch(/^autoclose-/);
    expect(engine.state.walletBalance.gte(0)).toBe(true);
  });

  it('never takes more than the margin: the insurance fund pays for a gap', async () => {
    const { engine, order } = await venueWith('100');
    order({ side: 'BUY', quantity: '0.02' });
    await engine.setPrice('BTCUSDT', 40_000);
    expect(engine.state.walletBalance.toFixed()).toBe('0');
    expect(engine.state.income.at(-1)).toMatchObject({ incomeType: 'INSURANCE_CLEAR' });
  });

  it('leaves the rest of the wallet alone when an isolated position is gone', async () => {
    const { engine, order } = await venueWith('1000', true);
    order({ side: 'SELL', quantity: '0.02' });
    await engine.setPrice('BTCUSDT', 60_000);
    expect(engine.state.walletBalance.toFixed()).toBe('900');
  });
});
