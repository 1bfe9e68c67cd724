/** The order desk with its custodian on the wires of venues that are spoken through other dialects than Binance's. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decimal, decimalText, sumDecimals } from '#domain/decimal.ts';
import { sealApproval } from '#domain/seal-approval.ts';
import type { CcxtBroker } from '#exchanges/ccxt/ccxt-broker.ts';
import { checkAccount } from '#server/cli/check-account.ts';
import { readConfig } from '#server/config.ts';
import { liveMarketKey } from '#server/engine/desk-venues.ts';
import { BYBIT_PROTOCOL } from '#tests/support/stand-ins/bybit-protocol.ts';
import { OKX_PROTOCOL } from '#tests/support/stand-ins/okx-protocol.ts';
import { type StandIn, startStandIn } from '#tests/support/stand-ins/start-stand-in.ts';
import { openVenueDesk } from '#tests/support/venue/venue-desk.ts';
import { createMemoryOrderStore } from '#tools/orders/memory-order-store.ts';
import type { OrderDesk } from '#tools/orders/order-desk.ts';

const SYMBOL = 'BTC/USDT:USDT';
const OWN = 'BTCUSDT';
const wallClock = { nowMs: () => Date.now() };

describe.each([
  // 50,000.1 less both fees: ccxt takes 0.06% for Bybit's where the list of symbols tells none, and 0.05% for OKX's.
  {
    ...{ exchangeId: 'bybit', protocol: BYBIT_PROTOCOL },
    ...{ stopCall: 'POST /v5/order/create', breakEven: '50060.2' },
  },
  {
    ...{ exchangeId: 'okx', protocol: OKX_PROTOCOL },
    ...{ stopCall: 'POST /api/v5/trade/order-algo', breakEven: '50050.2' },
  },
])('an order desk on $exchangeId', ({ exchangeId, protocol, stopCall, breakEven }) => {
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

  const enter = () =>
    broker.submit(
      sealApproval({
        ...{ clientOrderId: 'entry', symbol: SYMBOL, side: 'buy', type: 'market', purpose: 'entry' },
        ...{ quantityBase: '0.02', priceQuote: null, triggerPriceQuote: null, reduceOnly: false },
        ...{ timeInForce: 'gtc', leverage: 3 },
      }),
    );

  async function stopsAt(price: number): Promise<(string | null)[]> {
    await venue.setPrice(OWN, price);
    await desk.reconcile();
    return (await broker.openOrders()).map(({ triggerPriceQuote }) => triggerPriceQuote);
  }

  it('protects a position, moves its stop behind the price and never leaves it without one', async () => {
    await enter();
    expect(await stopsAt(50_000)).toEqual(['49000.1']);
    const nakedMs = venue.nakedMs(OWN);
    expect(await stopsAt(51_001)).toEqual([breakEven]);
    expect(await stopsAt(51_600)).toEqual(['50500.1']);
    expect(venue.nakedMs(OWN)).toBe(nakedMs);
    expect(await stopsAt(50_400)).toEqual([]);
    expect(await broker.positions()).toEqual([]);
  });

  it('puts one stop where the answer to it was lost', async () => {
    await enter();
    venue.settings.dropsAnswersTo = stopCall;
    await desk.reconcile();
    venue.settings.dropsAnswersTo = null;
    await desk.reconcile();
    const open = await broker.openOrders();
    expect(open).toMatchObject([{ type: 'stop_market', quantityBase: '0.02', reduceOnly: true }]);
    expect(venue.state.algoOrders).toHaveLength(1);
  });

  it('is answered for by doctor, with the account’s name and a word of warning', async () => {
    const config = readConfig({
      ...{ VIGIL_MODE: 'live', VIGIL_LIVE_ACK: 'real-money', VIGIL_MARKET: exchangeId },
      ...{ EXCHANGE_BASE_URL: venue.baseUrl, EXCHANGE_API_KEY: venue.apiKey, EXCHANGE_SECRET: venue.secret },
      ...{ EXCHANGE_PASSWORD: venue.password, VIGIL_SYMBOLS: 'BTC' },
    });
    expect(await liveMarketKey(config, wallClock)).toMatch(new RegExp(`^live-${exchangeId}-[0-9a-f]{8}$`));
    expect(await checkAccount(config)).toMatchObject([
      { status: 'ok', detail: expect.stringContaining('equity 10000 USDT, 0 positions') },
      { status: 'note', detail: expect.stringContaining('never run against the real venue') },
    ]);
  });

  it('takes away what a closed position leaves behind, and its books are the venue’s', async () => {
    await enter();
    await desk.reconcile();
    venue.payFunding(OWN, '0.0001');
    await venue.setPrice(OWN, 48_900);
    await desk.reconcile();
    expect(await broker.openOrders()).toEqual([]);
    const { fills, fundings } = await broker.activityAfter(null);
    expect(fills.map(({ purpose }) => purpose)).toEqual(['entry', 'stop']);
    const earned = sumDecimals(
      fills.flatMap(({ realisedQuote, feeQuote }) => [realisedQuote, `-${feeQuote}`]),
    );
    const paid = sumDecimals(fundings.map(({ amountQuote }) => amountQuote));
    expect(decimalText(decimal('10000').plus(earned).minus(paid))).toBe(
      decimalText(venue.state.walletBalance),
    );
  });
});
