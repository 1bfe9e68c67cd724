import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { placeAlgoOrder } from '../../support/venue/conditional-orders.ts';
import { VENUE_NOW_MS } from '../../support/venue/market-feed.ts';
import { placeOrder } from '../../support/venue/matching.ts';
import { readParameters } from '../../support/venue/request-parameters.ts';
import { createVenueEngine, type VenueEngineOptions } from '../../support/venue/venue-engine.ts';
import { openPositions } from '../../support/venue/venue-state.ts';

const read = (fields: Record<string, string>) =>
  readParameters(new URLSearchParams({ symbol: 'BTCUSDT', ...fields }));

async function settled(options: VenueEngineOptions = {}) {
  const engine = createVenueEngine({ clock: { nowMs: () => VENUE_NOW_MS }, ...options });
  await engine.settle();
  const last = () => engine.state.quotes.get('BTCUSDT')!.last;
  return { engine, state: engine.state, last };
}

describe("the venue's prices", () => {
  it('stand still until a test moves them', async () => {
    const { engine, last } = await settled();
    const before = last();
    await engine.advance(HOUR_MS);
    expect(last().eq(before)).toBe(true);
    await engine.setPrice('BTCUSDT', 50_000);
    await engine.advance(HOUR_MS);
    expect(last().toFixed()).toBe('50000');
  });

  it('walk with the clock when the generator makes them, and fire stops on the way', async () => {
    const { engine, state, last } = await settled({ prices: 'generator' });
    const before = last();
    placeOrder(state, read({ side: 'BUY', type: 'MARKET', quantity: '0.01' }));
    const below = before.minus(before.mod('0.1')).minus(100).toFixed();
    const above = before.minus(before.mod('0.1')).plus(100).toFixed();
    const exit = { side: 'SELL', algoType: 'CONDITIONAL', closePosition: 'true' };
    placeAlgoOrder(state, read({ ...exit, type: 'STOP_MARKET', triggerPrice: below }));
    placeAlgoOrder(state, read({ ...exit, type: 'TAKE_PROFIT_MARKET', triggerPrice: above }));
    for (let minute = 0; minute < 600 && openPositions(state).length > 0; minute++)
      await engine.advance(MINUTE_MS);
    expect(openPositions(state)).toEqual([]);
    expect(state.algoOrders.map(({ status }) => status).sort()).toEqual(['FINISHED', 'NEW']);
    expect(last().eq(before)).toBe(false);
  });

  it('end in the candles: the past is scaled to the first price that is set', async () => {
    const { engine } = await settled();
    await engine.advance(5 * MINUTE_MS);
    await engine.setPrice('BTCUSDT', 50_000);
    const setAtMs = engine.state.nowMs();
    await engine.advance(3 * MINUTE_MS);
    await engine.setPrice('BTCUSDT', 40_000);
    await engine.advance(2 * MINUTE_MS);
    const bars = await engine.feed.bars('BTCUSDT', '1m', setAtMs - HOUR_MS, engine.state.nowMs());
    const closes = bars.map(({ close }) => close);
    expect(closes.slice(-2)).toEqual([40_000, 40_000]);
    expect(closes.at(-5)).toBe(50_000);
    for (const close of closes.slice(0, -5)) expect(Math.abs(close / 50_000 - 1)).toBeLessThan(0.1);
    const crash = bars.find(({ low }) => low === 40_000);
    expect(crash).toMatchObject({ open: 50_000, high: 50_000, close: 40_000 });
  });
});
