/** What every `Broker` must do with trailing stops; skipped for a venue to which no dialect of ours sends them. */
import { describe, expect, it, type TestContext } from 'vitest';
import { decimal } from '#domain/decimal.ts';
import { Order, type OrderRequest } from '#domain/order.ts';
import type { BrokerHarness } from './broker.contract.ts';

export interface TrailingDesk {
  readonly harness: BrokerHarness;
  /** A market buy, but for what the test names. */
  send(order?: Partial<OrderRequest>): Promise<Order>;
  find(clientOrderId: string): Promise<Order | null>;
  cancel(clientOrderId: string): Promise<Order>;
  /** On a tick, as a multiple of the last price. */
  priceAt(factor: number): string;
}

export function describeTrailingStops(deskOf: () => TrailingDesk): void {
  /** The desk of this test, unless its venue is not asked for trailing stops. */
  function trailingDesk(context: TestContext) {
    const desk = deskOf();
    const { harness, priceAt } = desk;
    context.skip(!harness.trails, 'no dialect of ours sends trailing stops to this venue');
    const trailing = (callbackFraction: number, activation: number | null = null) =>
      ({
        ...{ type: 'trailing_stop', purpose: 'exit', side: 'sell', reduceOnly: true },
        trail: { callbackFraction, activationPriceQuote: activation === null ? null : priceAt(activation) },
      }) satisfies Partial<OrderRequest>;
    const moveBy = (factor: number) => harness.moveTo(harness.lastQuote() * factor);
    return { ...desk, broker: harness.broker, trailing, moveBy };
  }

  describe('a trailing stop', () => {
    it('rests, follows the best price and fires on the way back from it', async (context) => {
      const { broker, send, find, trailing, moveBy } = trailingDesk(context);
      await send();
      const sent = await send(trailing(0.01));
      await moveBy(1.05);
      const [resting] = await broker.openOrders();
      expect(Order.parse(resting)).toMatchObject({
        ...{ clientOrderId: sent.clientOrderId, type: 'trailing_stop', purpose: 'exit', reduceOnly: true },
        ...{ status: 'pending', triggerPriceQuote: null, trail: trailing(0.01).trail },
      });
      await moveBy(0.995);
      expect(await broker.positions()).toHaveLength(1);
      await moveBy(0.99);
      expect(await broker.positions()).toEqual([]);
      const last = (await broker.activityAfter(null)).fills.at(-1);
      expect(last).toMatchObject({ purpose: 'exit', clientOrderId: sent.clientOrderId });
      expect(decimal(last?.realisedQuote ?? 0).gt(0)).toBe(true);
      expect(await find(sent.clientOrderId)).toMatchObject({ status: 'filled', type: 'trailing_stop' });
    });

    it('of a short begins to follow at its activation price', async (context) => {
      const { broker, send, trailing, moveBy } = trailingDesk(context);
      await send({ side: 'sell' });
      await send({ ...trailing(0.01, 0.97), side: 'buy' });
      await moveBy(0.98);
      await moveBy(1.015);
      expect(await broker.positions()).toHaveLength(1);
      await moveBy(0.96);
      await moveBy(1.015);
      expect(await broker.positions()).toEqual([]);
    });

    it('can be cancelled, and opens nothing when it fires over nothing', async (context) => {
      const { broker, send, find, cancel, trailing, moveBy } = trailingDesk(context);
      await send();
      const first = await send(trailing(0.01));
      expect((await cancel(first.clientOrderId)).status).toBe('cancelled');
      const second = await send(trailing(0.01));
      await send({ side: 'sell', purpose: 'exit', reduceOnly: true });
      await moveBy(1.02);
      await moveBy(0.97);
      expect(await broker.positions()).toEqual([]);
      expect((await find(second.clientOrderId))?.status).toBe('cancelled');
    });

    it('is rejected out of its bounds, where it could open, and where it begins behind the price', async (context) => {
      const { broker, send, trailing, priceAt } = trailingDesk(context);
      await send();
      const { trail, ...without } = trailing(0.01);
      const stop = { type: 'stop_market', purpose: 'stop', triggerPriceQuote: priceAt(0.9) } as const;
      for (const wrong of [
        trailing(0.0005),
        trailing(0.101),
        trailing(0.0015),
        trailing(0.01, 0.9),
        { ...trailing(0.01), reduceOnly: false },
        { ...trailing(0.01), purpose: 'stop' as const },
        { ...without, ...stop, trail },
        without,
      ])
        await expect(send(wrong), JSON.stringify(wrong)).rejects.toMatchObject({ code: 'order_rejected' });
      expect(await broker.openOrders()).toEqual([]);
    });
  });
}
