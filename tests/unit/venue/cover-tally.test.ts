import { describe, expect, it } from 'vitest';
import { cancelAlgoOrder, placeAlgoOrder } from '../../support/venue/conditional-orders.ts';
import { placeOrder } from '../../support/venue/matching.ts';
import { readParameters } from '../../support/venue/request-parameters.ts';
import { createVenueEngine } from '../../support/venue/venue-engine.ts';

async function venue() {
  const engine = createVenueEngine({ clock: { nowMs: () => Date.UTC(2025, 0, 12) } });
  const { state } = engine;
  await engine.setPrice('BTCUSDT', 50_000);
  const read = (fields: Record<string, string>) =>
    readParameters(new URLSearchParams({ symbol: 'BTCUSDT', ...fields }));
  return {
    engine,
    nakedMs: () => state.cover.nakedMs('BTCUSDT', state.nowMs()),
    buy: (quantity: string) => placeOrder(state, read({ side: 'BUY', type: 'MARKET', quantity })),
    protect: (fields: Record<string, string>) =>
      placeAlgoOrder(
        state,
        read({
          side: 'SELL',
          algoType: 'CONDITIONAL',
          type: 'STOP_MARKET',
          triggerPrice: '49000',
          workingType: 'MARK_PRICE',
          ...fields,
        }),
      ),
  };
}

describe("the venue's tally of naked time", () => {
  it('counts from the entry to the stop, and keeps the longest span', async () => {
    const { engine, buy, protect, nakedMs } = await venue();
    buy('0.01');
    await engine.advance(300);
    const stop = protect({ closePosition: 'true' });
    await engine.advance(60_000);
    expect(nakedMs()).toBe(300);
    cancelAlgoOrder(engine.state, stop);
    await engine.advance(200);
    expect(nakedMs()).toBe(300);
    await engine.advance(200);
    expect(nakedMs()).toBe(400);
  });

  it('counts a stop that is too small, one that could open, and a target, as no cover', async () => {
    const { engine, buy, protect, nakedMs } = await venue();
    buy('0.02');
    protect({ quantity: '0.01', reduceOnly: 'true' });
    protect({ quantity: '0.02' });
    protect({ closePosition: 'true', type: 'TAKE_PROFIT_MARKET', triggerPrice: '52000' });
    await engine.advance(100);
    expect(nakedMs()).toBe(100);
    protect({ quantity: '0.01', reduceOnly: 'true' });
    await engine.advance(900);
    expect(nakedMs()).toBe(100);
  });

  it('ends with the position, and a stop that fires leaves no gap', async () => {
    const { engine, buy, protect, nakedMs } = await venue();
    buy('0.01');
    protect({ closePosition: 'true' });
    await engine.setPrice('BTCUSDT', 48_000);
    await engine.advance(1_000);
    expect(nakedMs()).toBe(0);
  });
});
