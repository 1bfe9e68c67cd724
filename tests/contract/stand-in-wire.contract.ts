/**
 * What the contract of a broker does not ask, but a desk with money on another venue's wire must be sure of. One venue at
 * a time, against its stand-in.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decimal, decimalText } from '#domain/decimal.ts';
import type { OrderRequest } from '#domain/order.ts';
import { sealApproval } from '#domain/seal-approval.ts';
import { type CcxtBroker, createCcxtBroker } from '#exchanges/ccxt/ccxt-broker.ts';
import { placeRegular } from '#tests/support/stand-ins/place-on-engine.ts';
import { type StandIn, startStandIn } from '#tests/support/stand-ins/start-stand-in.ts';
import type { StandInVenue } from './stand-in-broker.ts';

const SYMBOL = 'BTC/USDT:USDT';
const OWN = 'BTCUSDT';

export interface WireFacts extends StandInVenue {
  /** Method and path of the calls that take an order, a plain and a conditional one, and of the one that looks it up. */
  readonly orderCall: string;
  readonly stopCall: string;
  readonly lookUpCall: string;
  /** The client id of an order in the venue's shape. */
  readonly clientIdSent: (sent: Readonly<Record<string, unknown>>) => unknown;
  /** Whether what a fill realised stands in a log beside the fills, which may be behind them. */
  readonly hasLog: boolean;
  readonly entry: object;
  readonly stop: object;
  readonly target: object;
}

export function describeWire({ exchangeId, protocol, ...facts }: WireFacts): void {
  describe(`${exchangeId} on the wire`, () => {
    let venue: StandIn;
    let broker: CcxtBroker;
    let sent = 0;

    const open = () =>
      createCcxtBroker({
        ...{ exchangeId, baseUrl: venue.baseUrl, fromMs: Date.now() - 1_000 },
        credentials: { apiKey: venue.apiKey, secret: venue.secret, password: venue.password },
        symbols: [SYMBOL],
        wallClock: { nowMs: () => Date.now() },
      });

    beforeEach(async () => {
      venue = await startStandIn(protocol);
      await venue.setPrice(OWN, 50_000);
      broker = await open();
    });
    afterEach(async () => {
      await broker.close();
      await venue.close();
    });

    function send(changes: Partial<OrderRequest> = {}) {
      sent += 1;
      const request: OrderRequest = {
        ...{ clientOrderId: `vge${sent}-0123456789abcdef01234567`, symbol: SYMBOL, side: 'buy' },
        ...{ type: 'market', purpose: 'entry', quantityBase: '0.02', priceQuote: null },
        ...{ triggerPriceQuote: null, reduceOnly: false, timeInForce: 'gtc', leverage: 3 },
        ...changes,
      };
      return broker.submit(sealApproval(request));
    }

    const exit = { side: 'sell', reduceOnly: true } as const;
    const stopAt = (triggerPriceQuote: string) =>
      ({ ...exit, type: 'stop_market', purpose: 'stop', triggerPriceQuote }) as const;
    const targetAt = (triggerPriceQuote: string) =>
      ({ ...exit, type: 'take_profit_market', purpose: 'target', triggerPriceQuote }) as const;
    const bodies = (wanted: string) =>
      venue.calls
        .filter(({ method, path }) => `${method} ${path}` === wanted)
        .map((call) => JSON.parse(call.body) as Record<string, unknown>);

    it('sends an entry with our id in its shape, at the leverage it carries', async () => {
      const order = await send();
      expect(order).toMatchObject({ status: 'filled', leverage: 3 });
      expect(bodies(facts.orderCall).at(-1)).toMatchObject(facts.entry);
      expect(facts.clientIdSent(bodies(facts.orderCall).at(-1) ?? {})).toBeTypeOf('string');
      expect(await broker.positions()).toMatchObject([{ leverage: 3, quantityBase: '0.02' }]);
    });

    it('sends stops and targets that only reduce, fired by the mark price', async () => {
      await send();
      await send(stopAt('48000'));
      await send(targetAt('53000'));
      const [stop, target] = bodies(facts.stopCall).slice(-2);
      expect(stop).toMatchObject(facts.stop);
      expect(target).toMatchObject(facts.target);
    });

    it('does not let a wick of the last trade fire a stop', async () => {
      await send();
      const stop = await send(stopAt('48000'));
      await venue.setPrice(OWN, { last: '47000', mark: '50000' });
      expect((await broker.findOrder(SYMBOL, stop.clientOrderId))?.status).toBe('pending');
    });

    it.each([
      ['a market order', {}, 'filled'],
      ['a resting order', { type: 'limit', priceQuote: '45000' } as const, 'pending'],
    ])('finds %s whose answer was lost', async (_what, changes, status) => {
      await broker.account();
      venue.settings.dropsAnswersTo = facts.orderCall;
      const lost = send(changes);
      await expect(lost).rejects.toMatchObject({ code: 'order_outcome_unknown' });
      venue.settings.dropsAnswersTo = null;
      expect(await broker.findOrder(SYMBOL, `vge${sent}-0123456789abcdef01234567`)).toMatchObject({ status });
    });

    it('finds a stop whose answer was lost', async () => {
      await send();
      venue.settings.dropsAnswersTo = facts.stopCall;
      await expect(send(stopAt('48000'))).rejects.toMatchObject({ code: 'order_outcome_unknown' });
      venue.settings.dropsAnswersTo = null;
      const found = await broker.findOrder(SYMBOL, `vge${sent}-0123456789abcdef01234567`);
      expect(found).toMatchObject({ status: 'pending', type: 'stop_market', triggerPriceQuote: '48000' });
    });

    it('holds an order for taken that cannot be seen yet', async () => {
      await broker.account();
      venue.settings.dropsAnswersTo = facts.lookUpCall;
      const order = await send({ type: 'limit', priceQuote: '45000' });
      expect(order.status).toBe('pending');
    });

    it('tells what became of a stop that fired, and of the one that was cancelled', async () => {
      await send();
      const stop = await send(stopAt('48000'));
      const target = await send(targetAt('53000'));
      await venue.setPrice(OWN, 47_000);
      await broker.cancel(SYMBOL, target.clientOrderId);
      const fired = await broker.findOrder(SYMBOL, stop.clientOrderId);
      expect(fired).toMatchObject({ status: 'filled', filledBase: '0.02', purpose: 'stop' });
      expect(await broker.findOrder(SYMBOL, target.clientOrderId)).toMatchObject({ status: 'cancelled' });
      const { fills } = await broker.activityAfter(null);
      expect(fills.at(-1)).toMatchObject({ clientOrderId: stop.clientOrderId, purpose: 'stop' });
      const venueOrderId = fills.at(-1)?.venueOrderId;
      expect(await broker.findOrder(SYMBOL, `venue-${venueOrderId}`)).toMatchObject({ venueOrderId });
    });

    it('books funding that was paid as a cost, and funding that was received as none', async () => {
      await send();
      venue.payFunding(OWN, '0.0001');
      venue.payFunding(OWN, '-0.0002');
      const { fundings } = await broker.activityAfter(null);
      const amounts = fundings.map(({ amountQuote }) => Number(amountQuote)).sort((a, b) => a - b);
      expect(amounts).toEqual([-0.2, 0.1]);
      expect(fundings.map(({ symbol }) => symbol)).toEqual([SYMBOL, SYMBOL]);
    });

    it('tells a liquidation for what it is', async () => {
      await send({ leverage: 20 });
      await venue.setPrice(OWN, 46_000);
      expect(await broker.positions()).toEqual([]);
      const { fills } = await broker.activityAfter(null);
      expect(fills.map(({ purpose }) => purpose)).toEqual(['entry', 'liquidation']);
    });

    it('tells a fill only with what it realised, and none twice or never', async () => {
      await send();
      await send({ ...exit, purpose: 'exit' });
      venue.settings.logIsBehindBy = facts.hasLog ? 1 : 0;
      const first = await broker.activityAfter(null);
      expect(first.fills.map(({ purpose }) => purpose)).toEqual(facts.hasLog ? ['entry'] : ['entry', 'exit']);
      venue.settings.logIsBehindBy = 0;
      const second = await broker.activityAfter(first.cursor);
      const fills = [...first.fills, ...second.fills];
      expect(fills.map(({ purpose }) => purpose)).toEqual(['entry', 'exit']);
      // Bought at the ask and sold at the bid, a tick apart.
      expect(fills.at(-1)?.realisedQuote).toBe('-0.002');
    });

    it('reads fills past the first page, each once', async () => {
      await broker.account();
      const terms = { symbol: OWN, quantity: '0.002', reduceOnly: false };
      for (let n = 0; n < 130; n += 1)
        placeRegular(venue.state, { ...terms, side: n % 2 ? 'SELL' : 'BUY', clientId: `by${n}` }, null);
      const { fills, cursor } = await broker.activityAfter(null);
      expect(new Set(fills.map(({ fillId }) => fillId)).size).toBe(130);
      expect((await broker.activityAfter(cursor)).fills).toEqual([]);
    });

    it('reads open orders past the first page', async () => {
      await broker.account();
      const terms = { symbol: OWN, side: 'BUY' as const, quantity: '0.003', reduceOnly: false };
      for (let n = 0; n < 115; n += 1) {
        const price = decimalText(decimal(45_000).plus(n));
        placeRegular(venue.state, { ...terms, clientId: `by${n}` }, { price, timeInForce: 'GTC' });
      }
      expect(await broker.openOrders()).toHaveLength(115);
    });

    it('finds an order that ended before the venue was started anew', async () => {
      const filled = await send();
      venue.settings.endedOrdersIn = 'archive';
      expect(await broker.findOrder(SYMBOL, filled.clientOrderId)).toMatchObject({ status: 'filled' });
    });

    it('finds nothing for an id that no order there can have', async () => {
      expect(await broker.findOrder(SYMBOL, 'an id, with blanks')).toBeNull();
      await expect(send({ clientOrderId: 'an id, with blanks' })).rejects.toMatchObject({
        code: 'order_rejected',
      });
      expect(venue.state.orders).toEqual([]);
    });

    it('keeps quiet for a while after it was turned away for load, but for orders', async () => {
      await broker.account();
      venue.settings.isOverloaded = true;
      await expect(broker.positions()).rejects.toMatchObject({ code: 'venue_unavailable' });
      venue.settings.isOverloaded = false;
      const asked = venue.calls.length;
      await expect(broker.positions()).rejects.toThrow(/refuses calls of this address for load until/);
      expect(venue.calls).toHaveLength(asked);
      expect(await send()).toMatchObject({ status: 'filled' });
    });

    it('names the account, and says that it was never tried for real', async () => {
      expect(await broker.accountName()).toMatch(/^\d+$/);
      expect(await broker.check()).toEqual([expect.stringContaining('never run against the real venue')]);
    });

    it.each([
      ['a key that may withdraw', { keyMayWithdraw: true }, /may withdraw/],
      ['a key that may not trade', { keyMayTrade: false }, /may not trade/],
      ['an account in hedge mode', { isHedged: true }, /one-way/],
    ])('refuses %s at start', async (_what, settings, words) => {
      Object.assign(venue.settings, settings);
      await expect(broker.check()).rejects.toMatchObject({
        code: 'config_invalid',
        message: expect.stringMatching(words),
      });
    });

    it('refuses a wrong secret as a matter of the key', async () => {
      const stranger = await createCcxtBroker({
        ...{ exchangeId, baseUrl: venue.baseUrl, fromMs: 0, symbols: [SYMBOL] },
        credentials: { apiKey: venue.apiKey, secret: 'wrong', password: venue.password },
        wallClock: { nowMs: () => Date.now() },
      });
      await expect(stranger.account()).rejects.toMatchObject({ code: 'venue_auth' });
      await stranger.close();
    });
  });
}
