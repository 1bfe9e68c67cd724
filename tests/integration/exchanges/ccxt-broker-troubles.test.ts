import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppError } from '#domain/errors.ts';
import type { OrderRequest } from '#domain/order.ts';
import { sealApproval } from '#domain/seal-approval.ts';
import { type CcxtBroker, createCcxtBroker } from '#exchanges/ccxt/ccxt-broker.ts';
import { createLogger } from '#server/telemetry/logger.ts';
import { startVenue, type TestVenue } from '#tests/support/venue/start-venue.ts';
import { connectVenueClient } from '#tests/support/venue/venue-client.ts';
import type { FaultEffect } from '#tests/support/venue/venue-faults.ts';

const SYMBOL = 'BTC/USDT:USDT';
const API_KEY = 'k3yThatNobodyMaySee';
const SECRET = 's3cretThatNobodyMaySee';
const wallClock = { nowMs: () => Date.now() };

let venue: TestVenue;
let broker: CcxtBroker;

beforeEach(async () => {
  venue = await startVenue({ apiKey: API_KEY, secret: SECRET });
  await venue.setPrice('BTCUSDT', 50_000);
  broker = await openBroker();
});
afterEach(async () => {
  await broker.close();
  await venue.close();
});

function openBroker(): Promise<CcxtBroker> {
  return createCcxtBroker({
    exchangeId: 'binanceusdm',
    baseUrl: venue.baseUrl,
    credentials: { apiKey: API_KEY, secret: SECRET },
    symbols: [SYMBOL],
    fromMs: wallClock.nowMs() - 1_000,
    wallClock,
    requestTimeoutMs: 400,
  });
}

const ENTRY: OrderRequest = {
  ...{ clientOrderId: 'entry', symbol: SYMBOL, side: 'buy', type: 'market', purpose: 'entry' },
  ...{ quantityBase: '0.02', priceQuote: null, triggerPriceQuote: null, reduceOnly: false },
  ...{ timeInForce: 'gtc', leverage: 3 },
};
const STOP: Partial<OrderRequest> = {
  ...{ clientOrderId: 'stop', side: 'sell', type: 'stop_market', purpose: 'stop' },
  ...{ triggerPriceQuote: '48000', reduceOnly: true },
};

const send = (order: Partial<OrderRequest> = {}) => broker.submit(sealApproval({ ...ENTRY, ...order }));
const postedOrders = () =>
  venue.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/order'));

async function failureOf(run: () => Promise<unknown>): Promise<AppError> {
  try {
    await run();
  } catch (thrown) {
    return thrown as AppError;
  }
  throw new Error('it did not fail');
}

/** The line of a log that was told no secret: only what keeps itself may stay out of it. */
function loggedLine(failure: AppError): string {
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } });
  logger.error({ err: failure, failure }, failure.message);
  return lines.join('');
}

const TROUBLES: readonly [FaultEffect, AppError['code']][] = [
  [{ kind: 'service-unavailable' }, 'order_outcome_unknown'],
  [{ kind: 'unknown-error', executed: true }, 'order_outcome_unknown'],
  [{ kind: 'unknown-error', executed: false }, 'order_outcome_unknown'],
  [{ kind: 'unexpected-response', executed: true }, 'order_outcome_unknown'],
  [{ kind: 'backend-timeout', executed: true }, 'order_outcome_unknown'],
  [{ kind: 'dropped', executed: true }, 'order_outcome_unknown'],
  [{ kind: 'cut-body', executed: true }, 'order_outcome_unknown'],
  [{ kind: 'held', executed: true, forMs: null }, 'order_outcome_unknown'],
  [{ kind: 'rate-limited', retryAfterS: 5 }, 'order_turned_away'],
  [{ kind: 'banned', forMs: 60_000 }, 'order_turned_away'],
  [{ kind: 'refused', code: -2019, message: 'Margin is insufficient.' }, 'order_rejected'],
  [{ kind: 'refused', code: -1022, message: 'Signature for this request is not valid.' }, 'order_rejected'],
  [{ kind: 'refused', code: -1008, message: 'Overloaded.', status: 503 }, 'order_turned_away'],
  [{ kind: 'refused', code: -4116, message: 'ClientOrderId is duplicated.' }, 'order_duplicate'],
];

describe('an order that meets trouble', () => {
  it.each(TROUBLES)('%j is sent once, and fails as %s', async (effect, code) => {
    venue.faults.add({ method: 'POST', path: '/order', times: null, effect });
    const failure = await failureOf(() => send());
    expect(failure).toMatchObject({ code, message: expect.stringContaining('entry') });
    expect(postedOrders()).toHaveLength(1);
    expect(venue.fills).toHaveLength('executed' in effect && effect.executed ? 1 : 0);
    venue.releaseHeld();
  });

  it('is sent again once, and only once, after the venue refused our time', async () => {
    venue.faults.add({ method: 'POST', path: '/order', effect: { kind: 'clock-skew' } });
    expect(await send()).toMatchObject({ status: 'filled' });
    expect(postedOrders()).toHaveLength(2);
    venue.faults.add({ method: 'POST', path: '/order', times: null, effect: { kind: 'clock-skew' } });
    expect(await failureOf(() => send({ clientOrderId: 'second' }))).toMatchObject({
      code: 'order_rejected',
    });
    expect(postedOrders()).toHaveLength(4);
    expect(venue.fills).toHaveLength(1);
  });

  it('is told without another question after it, also by a broker that knows nothing yet', async () => {
    await send();
    await broker.close();
    broker = await openBroker();
    await send(STOP);
    expect(venue.requests.at(-1)?.path).toBe('/fapi/v1/algoOrder');
  });

  it('passes a refusal for load of another call, and waits for the end of a ban alone', async () => {
    await send();
    venue.faults.add({ path: '/positionRisk', effect: { kind: 'rate-limited', retryAfterS: 30 } });
    expect(await failureOf(() => broker.positions())).toMatchObject({ code: 'venue_unavailable' });
    expect(await send(STOP)).toMatchObject({ status: 'pending' });
    venue.faults.add({ path: '/order', effect: { kind: 'banned', forMs: 60_000 } });
    await failureOf(() => send({ clientOrderId: 'second' }));
    const posted = postedOrders().length;
    expect(await failureOf(() => send({ clientOrderId: 'third' }))).toMatchObject({
      code: 'order_turned_away',
      message: expect.stringContaining('refuses calls of this address for load until'),
    });
    expect(postedOrders()).toHaveLength(posted);
  });
});

describe('what a log shows of a failure', () => {
  const questions: readonly [string, () => Promise<unknown>][] = [
    ['/order', () => send()],
    ['/algoOrder', () => send(STOP)],
    ['/leverage', () => send()],
    ['/positionRisk', () => broker.positions()],
    ['/account', () => broker.account()],
    ['/openOrders', () => broker.openOrders()],
    ['/userTrades', () => broker.activityAfter(null)],
    ['/order', () => broker.findOrder(SYMBOL, 'entry')],
    ['/apiRestrictions', () => broker.check()],
  ];

  it.each([...TROUBLES.map(([effect]) => effect), { kind: 'clock-skew' } as const])(
    'has neither key nor signature after %j',
    async (effect) => {
      for (const [path, ask] of questions) {
        venue.faults.clear();
        venue.faults.add({ path, times: null, effect });
        const failure = await ask().then(
          () => null,
          (thrown: unknown) => thrown as AppError,
        );
        if (failure === null) continue;
        for (const text of [failure.message, loggedLine(failure)])
          expect(text).not.toMatch(/signature=(?!\[redacted\])|k3yThat|s3cretThat/i);
      }
      venue.releaseHeld();
    },
  );
});

describe('an account that keeps long and short apart', () => {
  it('opens, protects and closes each side by itself', async () => {
    const client = await connectVenueClient(venue);
    await client.loadMarkets();
    await client.setPositionMode(true);
    await client.close();
    await send({ clientOrderId: 'long' });
    await send({ clientOrderId: 'short', side: 'sell', quantityBase: '0.03' });
    await send(STOP);
    const above = { clientOrderId: 'stop-short', side: 'buy', quantityBase: '0.03' } as const;
    await send({ ...STOP, ...above, triggerPriceQuote: '52000' });
    const held = await broker.positions();
    expect(held.map(({ side, quantityBase }) => `${side} ${quantityBase}`).sort()).toEqual([
      'long 0.02',
      'short 0.03',
    ]);
    expect(new Set(held.map(({ positionId }) => positionId)).size).toBe(2);
    const open = await broker.openOrders();
    expect(open.map(({ purpose, reduceOnly }) => [purpose, reduceOnly])).toEqual([
      ['stop', true],
      ['stop', true],
    ]);
    await send({ clientOrderId: 'exit', side: 'sell', purpose: 'exit', reduceOnly: true });
    const { fills } = await broker.activityAfter(null);
    expect(fills.map(({ purpose }) => purpose)).toEqual(['entry', 'entry', 'exit']);
    expect((await broker.positions()).map(({ side }) => side)).toEqual(['short']);
  });
});
