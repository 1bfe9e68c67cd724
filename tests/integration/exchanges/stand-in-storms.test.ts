/** Positions opened, moved and closed on other venues' wires while answers get lost: seeded, each flow checked as it ends. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decimal, decimalText, sumDecimals } from '#domain/decimal.ts';
import type { OrderRequest } from '#domain/order.ts';
import { sealApproval } from '#domain/seal-approval.ts';
import type { CcxtBroker } from '#exchanges/ccxt/ccxt-broker.ts';
import { randomFor } from '#exchanges/generator/draws.ts';
import { BYBIT_PROTOCOL } from '#tests/support/stand-ins/bybit-protocol.ts';
import { OKX_PROTOCOL } from '#tests/support/stand-ins/okx-protocol.ts';
import { isOpen } from '#tests/support/stand-ins/place-on-engine.ts';
import { type StandIn, startStandIn } from '#tests/support/stand-ins/start-stand-in.ts';
import { openVenueDesk } from '#tests/support/venue/venue-desk.ts';
import { openPositions } from '#tests/support/venue/venue-state.ts';
import { createMemoryOrderStore } from '#tools/orders/memory-order-store.ts';
import type { OrderDesk } from '#tools/orders/order-desk.ts';

const SYMBOL = 'BTC/USDT:USDT';
const OWN = 'BTCUSDT';
const FLOWS = 40;
const SEED = 11;

describe.each([
  {
    ...{ exchangeId: 'bybit', protocol: BYBIT_PROTOCOL, orderCall: 'POST /v5/order/create' },
    custodyCalls: ['POST /v5/order/create', 'POST /v5/order/cancel', 'GET /v5/order/realtime'],
  },
  {
    ...{ exchangeId: 'okx', protocol: OKX_PROTOCOL, orderCall: 'POST /api/v5/trade/order' },
    custodyCalls: [
      'POST /api/v5/trade/order-algo',
      'POST /api/v5/trade/cancel-algos',
      'GET /api/v5/trade/order-algo',
      'GET /api/v5/trade/orders-algo-pending',
    ],
  },
])('positions on $exchangeId while answers get lost', ({ exchangeId, protocol, orderCall, custodyCalls }) => {
  let venue: StandIn;
  let broker: CcxtBroker;
  let desk: OrderDesk;

  beforeEach(async () => {
    venue = await startStandIn(protocol);
    await venue.setPrice(OWN, 50_000);
    ({ broker, desk } = await openVenueDesk(venue, {
      ...{ exchangeId, symbols: [SYMBOL], store: createMemoryOrderStore().store },
      fromMs: Date.now() - 1_000,
    }));
  });
  afterEach(async () => {
    await broker.close();
    await venue.close();
  });

  /** Sent by whatever means: what became of it is asked for, as a desk does. */
  async function send(request: OrderRequest): Promise<void> {
    await broker.submit(sealApproval(request)).catch((failure: { code: string }) => {
      expect(failure.code).toBe('order_outcome_unknown');
    });
    venue.settings.dropsAnswersTo = null;
    venue.settings.losesCallsTo = null;
    const found = await broker.findOrder(SYMBOL, request.clientOrderId);
    const fills = venue.state.fills.filter(({ clientOrderId }) => clientOrderId === request.clientOrderId);
    expect(fills.length).toBeLessThanOrEqual(1);
    expect(found?.status ?? null).toBe(fills.length === 1 ? 'filled' : null);
  }

  /** A look with one kind of answers lost, and one after the wire is whole again. */
  async function lookTwice(lost: string | null): Promise<void> {
    venue.settings.dropsAnswersTo = lost;
    await desk.reconcile().catch(() => {});
    venue.settings.dropsAnswersTo = null;
    await desk.reconcile();
  }

  function expectCovered(): void {
    const [held] = openPositions(venue.state, OWN);
    const working = venue.state.algoOrders.filter(isOpen).map(({ quantity }) => quantity.toFixed());
    expect(working).toEqual(held ? [held.quantity.abs().toFixed()] : []);
  }

  it(`ends ${FLOWS} flows without a second entry, a stop too few or one too many`, async () => {
    const random = randomFor(SEED, exchangeId, 0);
    const oneOf = <Choice>(choices: readonly Choice[]) =>
      choices[Math.floor(random.next() * choices.length)] as Choice;
    let answersLost = 0;
    for (let flow = 0; flow < FLOWS; flow += 1) {
      const side = oneOf(['buy', 'sell'] as const);
      const order = (clientOrderId: string, changes: Partial<OrderRequest>): OrderRequest => ({
        ...{ clientOrderId, symbol: SYMBOL, side, type: 'market', purpose: 'entry', quantityBase: '0.02' },
        ...{ priceQuote: null, triggerPriceQuote: null, reduceOnly: false, timeInForce: 'gtc', leverage: 3 },
        ...changes,
      });
      const spoil = () => {
        const fault = oneOf(['whole', 'answer', 'call'] as const);
        venue.settings.dropsAnswersTo = fault === 'answer' ? orderCall : null;
        venue.settings.losesCallsTo = fault === 'call' ? orderCall : null;
        if (fault !== 'whole') answersLost += 1;
      };
      spoil();
      await send(order(`xe${flow}`, {}));
      for (let look = 0; look < 2; look += 1) {
        await lookTwice(oneOf([null, ...custodyCalls]));
        expectCovered();
        await venue.setPrice(OWN, Math.round(50_000 * (0.985 + 0.03 * random.next())));
      }
      spoil();
      const isHeld = openPositions(venue.state, OWN).length > 0;
      const opposite = side === 'buy' ? 'sell' : 'buy';
      if (isHeld) await send(order(`xx${flow}`, { side: opposite, purpose: 'exit', reduceOnly: true }));
      venue.settings.dropsAnswersTo = null;
      venue.settings.losesCallsTo = null;
      if (openPositions(venue.state, OWN).length > 0)
        await send(order(`xy${flow}`, { side: opposite, purpose: 'exit', reduceOnly: true }));
      await lookTwice(oneOf([null, ...custodyCalls]));
      expectCovered();
      expect(openPositions(venue.state, OWN)).toEqual([]);
    }
    const { fills } = await broker.activityAfter(null);
    const earned = sumDecimals(
      fills.flatMap(({ realisedQuote, feeQuote }) => [realisedQuote, `-${feeQuote}`]),
    );
    expect(decimalText(decimal('10000').plus(earned))).toBe(decimalText(venue.state.walletBalance));
    expect(answersLost).toBeGreaterThan(FLOWS / 3);
  }, 120_000);
});
