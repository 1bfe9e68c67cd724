/**
 * What every `Broker` must do, told to a harness that can move the market. Prices and amounts are relations, not
 * digits: fees, slippage and ticks belong to the venue.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Account, FundingPayment, Position } from '#domain/account.ts';
import { decimal, decimalText, roundToStep, sumDecimals } from '#domain/decimal.ts';
import { AppError, type ErrorCode } from '#domain/errors.ts';
import type { Instrument } from '#domain/instrument.ts';
import { Fill, Order, type OrderRequest } from '#domain/order.ts';
import { sealApproval } from '#domain/seal-approval.ts';
import type { Broker } from '#exchanges/ports/broker.ts';
import { describeTrailingStops } from './trailing-stops.contract.ts';

/** A venue with a fresh account and one liquid symbol, whose price the test moves. */
export interface BrokerHarness {
  readonly broker: Broker;
  readonly instrument: Instrument;
  /** Whether the venue is sent trailing stops; without it what tells of them is skipped. */
  readonly trails?: boolean;
  lastQuote(): number;
  /** Trades the market evenly from where it is to `priceQuote`, and waits until the venue has dealt with it. */
  moveTo(priceQuote: number): Promise<void>;
  /** Another broker object on the same account, as after a restart. */
  reopened(): Promise<Broker>;
  close(): Promise<void>;
}

export function describeBroker(name: string, createHarness: () => Promise<BrokerHarness>): void {
  describe(name, () => {
    let harness: BrokerHarness;
    let broker: Broker;
    let sent: number;

    beforeEach(async () => {
      harness = await createHarness();
      broker = harness.broker;
      sent = 0;
    });
    afterEach(() => harness.close());

    /** An order of about 1,000 quote units at three times leverage: a market buy, but for what the test names. */
    function requestOf(order: Partial<OrderRequest>): OrderRequest {
      sent += 1;
      const { symbol, quantityStepBase } = harness.instrument;
      return {
        clientOrderId: `contract-${sent}`,
        symbol,
        side: 'buy',
        type: 'market',
        purpose: 'entry',
        quantityBase: decimalText(
          roundToStep(decimal(1_000).div(harness.lastQuote()), quantityStepBase, 'down'),
        ),
        priceQuote: null,
        triggerPriceQuote: null,
        reduceOnly: false,
        timeInForce: 'gtc',
        leverage: 3,
        ...order,
      };
    }

    const send = (order: Partial<OrderRequest> = {}) => broker.submit(sealApproval(requestOf(order)));
    const find = (clientOrderId: string) => broker.findOrder(harness.instrument.symbol, clientOrderId);
    const cancel = (clientOrderId: string) => broker.cancel(harness.instrument.symbol, clientOrderId);
    const priceAt = (factor: number) =>
      decimalText(
        roundToStep(decimal(harness.lastQuote()).times(factor), harness.instrument.tickSizeQuote, 'down'),
      );
    const stopAt = (factor: number): Partial<OrderRequest> => ({
      type: 'stop_market',
      purpose: 'stop',
      side: 'sell',
      reduceOnly: true,
      triggerPriceQuote: priceAt(factor),
    });
    const targetAt = (factor: number): Partial<OrderRequest> => ({
      ...stopAt(factor),
      type: 'take_profit_market',
      purpose: 'target',
    });
    const bidAt = (factor: number): Partial<OrderRequest> => ({ type: 'limit', priceQuote: priceAt(factor) });
    describeTrailingStops(() => ({ harness, send, find, cancel, priceAt }));

    it('opens a position with a market order and tells of its fill', async () => {
      const order = await send();
      expect(Order.parse(order)).toEqual(order);
      expect(order).toMatchObject({ status: 'filled', filledBase: order.quantityBase });
      const [position] = await broker.positions();
      expect(Position.parse(position)).toMatchObject({
        side: 'long',
        quantityBase: order.quantityBase,
        leverage: 3,
      });
      const { fills } = await broker.activityAfter(null);
      expect(sumDecimals(fills.map((fill) => Fill.parse(fill).quantityBase)).toFixed()).toBe(
        order.quantityBase,
      );
      expect(fills.every((fill) => fill.clientOrderId === order.clientOrderId)).toBe(true);
    });

    it('finds an order by its client id whatever its state, and null for one it never saw', async () => {
      const filled = await send();
      const resting = await send(bidAt(0.9));
      const stop = await send(stopAt(0.8));
      expect((await find(filled.clientOrderId))?.status).toBe('filled');
      expect((await find(resting.clientOrderId))?.status).toBe('pending');
      expect((await find(stop.clientOrderId))?.status).toBe('pending');
      expect(await find('never-sent')).toBeNull();
    });

    it('shows conditional orders among the open ones', async () => {
      await send();
      const stop = await send(stopAt(0.9));
      const target = await send(targetAt(1.1));
      const open = (await broker.openOrders()).map((order) => order.clientOrderId);
      expect(open.sort()).toEqual([stop.clientOrderId, target.clientOrderId].sort());
    });

    it('refuses an order without approval and changes nothing', async () => {
      const before = await broker.account();
      const request = requestOf({});
      // @ts-expect-error an unapproved order does not compile
      await expectFailure(broker.submit(request), 'order_unapproved');
      // @ts-expect-error a copy of an approved order is not approved
      await expectFailure(broker.submit({ ...sealApproval(request) } as OrderRequest), 'order_unapproved');
      expect(await find(request.clientOrderId)).toBeNull();
      expect((await broker.account()).balanceQuote).toBe(before.balanceQuote);
    });

    it('refuses the client order id of a working order', async () => {
      const resting = await send(bidAt(0.9));
      await expectFailure(send({ clientOrderId: resting.clientOrderId }), 'order_duplicate');
      expect(await broker.positions()).toEqual([]);
      expect(await find(resting.clientOrderId)).toMatchObject({ status: 'pending', type: 'limit' });
    });

    it('closes a position at its stop and leaves the target open until it is cancelled', async () => {
      await send();
      await send(stopAt(0.97));
      const target = await send(targetAt(1.2));
      await harness.moveTo(harness.lastQuote() * 0.95);
      expect(await broker.positions()).toEqual([]);
      const last = (await broker.activityAfter(null)).fills.at(-1);
      expect(last?.purpose).toBe('stop');
      expect(decimal(last?.realisedQuote ?? 0).lt(0)).toBe(true);
      expect((await broker.openOrders()).map((order) => order.clientOrderId)).toEqual([target.clientOrderId]);
      expect((await cancel(target.clientOrderId)).status).toBe('cancelled');
      expect(await broker.openOrders()).toEqual([]);
    });

    it('closes a position at its target with a profit', async () => {
      await send();
      await send(targetAt(1.03));
      await harness.moveTo(harness.lastQuote() * 1.05);
      expect(await broker.positions()).toEqual([]);
      const last = (await broker.activityAfter(null)).fills.at(-1);
      expect(last?.purpose).toBe('target');
      expect(decimal(last?.realisedQuote ?? 0).gt(0)).toBe(true);
    });

    it('stops a short when the price rises', async () => {
      await send({ side: 'sell' });
      expect((await broker.positions())[0]?.side).toBe('short');
      await send({ ...stopAt(1.03), side: 'buy' });
      await harness.moveTo(harness.lastQuote() * 1.05);
      expect(await broker.positions()).toEqual([]);
    });

    it('fills a limit order when the price has gone through it', async () => {
      const bid = await send(bidAt(0.97));
      await harness.moveTo(harness.lastQuote() * 0.98);
      expect((await find(bid.clientOrderId))?.status).toBe('pending');
      await harness.moveTo(harness.lastQuote() * 0.96);
      const filled = await find(bid.clientOrderId);
      expect(filled).toMatchObject({ status: 'filled', averagePriceQuote: bid.priceQuote });
    });

    it('gives back an order that has ended when it is cancelled', async () => {
      const filled = await send();
      expect((await cancel(filled.clientOrderId)).status).toBe('filled');
      const bid = await send(bidAt(0.9));
      expect((await cancel(bid.clientOrderId)).status).toBe('cancelled');
      expect((await cancel(bid.clientOrderId)).status).toBe('cancelled');
    });

    it('cannot cancel an order it never saw', async () => {
      await expectFailure(cancel('never-sent'), 'order_not_found');
    });

    it('rejects a post-only order that would take', async () => {
      await expectFailure(send({ ...bidAt(1.02), timeInForce: 'post_only' }), 'order_rejected');
      expect(await broker.positions()).toEqual([]);
    });

    it('rejects a stop that would fire at once', async () => {
      await send();
      await expectFailure(send(stopAt(1.02)), 'order_rejected');
      expect(await broker.openOrders()).toEqual([]);
    });

    it('rejects what its filters do not allow', async () => {
      const { quantityStepBase, tickSizeQuote, minNotionalQuote, maxLeverage } = harness.instrument;
      const offStep = decimalText(decimal(quantityStepBase).times('1.5'));
      const offTick = decimalText(decimal(priceAt(0.9)).plus(decimal(tickSizeQuote).times('0.5')));
      const tiny = roundToStep(
        decimal(minNotionalQuote).div(harness.lastQuote()).times('0.5'),
        quantityStepBase,
        'down',
      );
      await expectFailure(send({ quantityBase: offStep }), 'order_rejected');
      await expectFailure(send({ ...bidAt(0.9), priceQuote: offTick }), 'order_rejected');
      await expectFailure(send({ quantityBase: decimalText(tiny) }), 'order_rejected');
      await expectFailure(send({ leverage: maxLeverage + 1 }), 'order_rejected');
      expect(await broker.positions()).toEqual([]);
    });

    it('rejects what the account cannot carry', async () => {
      const { availableQuote } = await broker.account();
      const { quantityStepBase, maxQuantityBase } = harness.instrument;
      const wanted = decimal(availableQuote).times(6).div(harness.lastQuote());
      const quantity = roundToStep(
        wanted.gt(maxQuantityBase) ? maxQuantityBase : wanted,
        quantityStepBase,
        'down',
      );
      await expectFailure(send({ quantityBase: decimalText(quantity) }), 'order_rejected');
    });

    it('lets a reduce-only order close the position and no more', async () => {
      const entry = await send();
      const twice = decimalText(decimal(entry.quantityBase).times(2));
      await send({ side: 'sell', purpose: 'exit', reduceOnly: true, quantityBase: twice });
      expect(await broker.positions()).toEqual([]);
      await expectFailure(send({ side: 'sell', purpose: 'exit', reduceOnly: true }), 'order_rejected');
    });

    it('goes on reading activity after a cursor without a gap or a repetition', async () => {
      await send();
      const first = await broker.activityAfter(null);
      await send({ side: 'sell', purpose: 'exit', reduceOnly: true });
      const second = await broker.activityAfter(first.cursor);
      const all = await broker.activityAfter(null);
      expect([...first.fills, ...second.fills]).toEqual(all.fills);
      expect(second.fills.length).toBeGreaterThan(0);
      expect(await broker.activityAfter(second.cursor)).toMatchObject({ fills: [], cursor: second.cursor });
    });

    it('accounts for every change of the balance by fills and funding', async () => {
      const before = await broker.account();
      await send();
      await send(stopAt(0.97));
      await harness.moveTo(harness.lastQuote() * 0.95);
      const after = await broker.account();
      const { fills, fundings } = await broker.activityAfter(null);
      const realised = sumDecimals(fills.map((fill) => fill.realisedQuote));
      const fees = sumDecimals(fills.map((fill) => fill.feeQuote));
      const funding = sumDecimals(fundings.map((payment) => FundingPayment.parse(payment).amountQuote));
      expect(after.balanceQuote).toBe(
        decimalText(decimal(before.balanceQuote).plus(realised).minus(fees).minus(funding)),
      );
      expectSound(after);
    });

    it('tells an equity of balance and unrealised profit while a position is open', async () => {
      await send();
      await harness.moveTo(harness.lastQuote() * 1.01);
      const account = await broker.account();
      expect(decimal(account.unrealisedQuote).gt(0)).toBe(true);
      expectSound(account);
    });

    it('is the same account to another broker object', async () => {
      const entry = await send();
      const stop = await send(stopAt(0.9));
      const other = await harness.reopened();
      expect((await other.positions())[0]?.quantityBase).toBe(entry.quantityBase);
      expect((await other.openOrders()).map((order) => order.clientOrderId)).toEqual([stop.clientOrderId]);
      expect(await other.findOrder(entry.symbol, entry.clientOrderId)).toEqual(
        await find(entry.clientOrderId),
      );
      expect(await other.activityAfter(null)).toEqual(await broker.activityAfter(null));
    });
  });
}

function expectSound(account: Account): void {
  expect(account.equityQuote).toBe(decimalText(decimal(account.balanceQuote).plus(account.unrealisedQuote)));
  expect(decimal(account.availableQuote).lte(account.equityQuote)).toBe(true);
}

async function expectFailure(call: Promise<unknown>, code: ErrorCode): Promise<void> {
  const outcome = await call.then(
    () => 'it succeeded',
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(AppError);
  expect(outcome).toMatchObject({ code });
}
