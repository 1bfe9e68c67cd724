import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OrderRequest } from '#domain/order.ts';
import { sealApproval } from '#domain/seal-approval.ts';
import { type CcxtBroker, createCcxtBroker } from '#exchanges/ccxt/ccxt-broker.ts';
import { startVenue, type TestVenue } from '#tests/support/venue/start-venue.ts';

const SYMBOL = 'BTC/USDT:USDT';
const wallClock = { nowMs: () => Date.now() };

let venue: TestVenue;
let brokers: CcxtBroker[];

beforeEach(async () => {
  venue = await startVenue({});
  await venue.setPrice('BTCUSDT', 50_000);
  brokers = [];
});
afterEach(async () => {
  await Promise.all(brokers.map((broker) => broker.close()));
  await venue.close();
});

async function open(): Promise<CcxtBroker> {
  const { baseUrl, apiKey, secret } = venue;
  const fromMs = wallClock.nowMs() - 1_000;
  const address = { exchangeId: 'binanceusdm', baseUrl, credentials: { apiKey, secret } };
  const broker = await createCcxtBroker({ ...address, symbols: [SYMBOL], fromMs, wallClock });
  brokers.push(broker);
  return broker;
}

function order(over: Partial<OrderRequest>) {
  return sealApproval<OrderRequest>({
    ...{ clientOrderId: 'entry', symbol: SYMBOL, side: 'buy', type: 'market', purpose: 'entry' },
    ...{ quantityBase: '0.02', priceQuote: null, triggerPriceQuote: null, reduceOnly: false },
    ...{ timeInForce: 'gtc', leverage: 3 },
    ...over,
  });
}

describe('two processes on one account', () => {
  it('shows the stop of a position the other has just opened, before its next full look', async () => {
    const [guard, worker] = [await open(), await open()];
    expect(await guard.openOrders()).toEqual([]);
    await worker.submit(order({}));
    const stop = { clientOrderId: 'stop', side: 'sell', type: 'stop_market', purpose: 'stop' } as const;
    await worker.submit(order({ ...stop, reduceOnly: true, triggerPriceQuote: '48000' }));
    const [orders, positions] = await Promise.all([guard.openOrders(), guard.positions()]);
    expect(positions).toHaveLength(1);
    expect(orders.map(({ clientOrderId }) => clientOrderId)).toEqual(['stop']);
  });
});

it('sends an entry it has prepared in one request, and prepares the same again in none', async () => {
  const broker = await open();
  await broker.prepare(order({}));
  const asked = venue.requests.length;
  await broker.prepare(order({}));
  await broker.submit(order({}));
  expect(venue.requests.slice(asked).map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /fapi/v1/order',
  ]);
});
