import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startVenue, type TestVenue } from '../../support/venue/start-venue.ts';
import { connectVenueClient, type VenueClient } from '../../support/venue/venue-client.ts';
import type { FaultEffect } from '../../support/venue/venue-faults.ts';

const BTC = 'BTC/USDT:USDT';

describe('what ccxt makes of a venue in trouble', () => {
  let venue: TestVenue;
  let client: VenueClient;

  beforeEach(async () => {
    venue = await startVenue();
    await venue.setPrice('BTCUSDT', 50_000);
    client = await connectVenueClient(venue);
    await client.loadMarkets();
  });
  afterEach(async () => {
    await client.close();
    await venue.close();
  });

  const buy = (clientOrderId = 'entry') =>
    client.createOrder(BTC, 'market', 'buy', 0.01, undefined, { newClientOrderId: clientOrderId });
  const strikeOrder = (effect: FaultEffect) => venue.faults.add({ method: 'POST', path: '/order', effect });
  async function failureOf(run: () => Promise<unknown>): Promise<Error> {
    try {
      await run();
    } catch (thrown) {
      return thrown as Error;
    }
    throw new Error('it did not fail');
  }

  const lost: [effect: FaultEffect, error: string, words: RegExp][] = [
    [{ kind: 'service-unavailable' }, 'ExchangeNotAvailable', /Service Unavailable/],
    [{ kind: 'unknown-error', executed: false }, 'ExchangeNotAvailable', /Unknown error, please check/],
    [{ kind: 'unknown-error', executed: true }, 'ExchangeNotAvailable', /Unknown error, please check/],
    [{ kind: 'unexpected-response', executed: true }, 'OperationFailed', /-1006/],
    [{ kind: 'unexpected-response', executed: false }, 'OperationFailed', /-1006/],
    [{ kind: 'backend-timeout', executed: true }, 'RequestTimeout', /-1007/],
    [{ kind: 'backend-timeout', executed: false }, 'RequestTimeout', /-1007/],
    [{ kind: 'dropped', executed: true }, 'NetworkError', /fetch failed|socket/i],
    [{ kind: 'dropped', executed: false }, 'NetworkError', /fetch failed|socket/i],
    [{ kind: 'rate-limited' }, 'DDoSProtection', /429/],
    [{ kind: 'banned', forMs: 120_000 }, 'DDoSProtection', /banned until \d{13}/],
    [{ kind: 'clock-skew' }, 'InvalidNonce', /-1021/],
    [{ kind: 'refused', code: -1008, message: 'Server is currently overloaded.' }, 'ExchangeError', /-1008/],
  ];
  it.each(lost)('%j is %s', async (effect, error, words) => {
    strikeOrder(effect);
    const failure = await failureOf(buy);
    expect(failure.constructor.name).toBe(error);
    expect(failure.message).toMatch(words);
    const wasExecuted = 'executed' in effect && effect.executed;
    expect(venue.fills).toHaveLength(wasExecuted ? 1 : 0);
    expect(venue.requests.at(-1)).toMatchObject({ faults: [effect.kind], executed: wasExecuted });
  });

  it.each([true, false])(
    'throws a bare network error for a body that was cut (executed: %s)',
    async (executed) => {
      strikeOrder({ kind: 'cut-body', executed });
      const failure = await failureOf(buy);
      // Which of the two depends on where in the answer the connection ended.
      expect(['SocketError', 'TypeError']).toContain(failure.constructor.name);
      expect(venue.fills).toHaveLength(executed ? 1 : 0);
    },
  );

  it('carries out what arrives late, when nobody waits for it any more', async () => {
    client.timeout = 100;
    strikeOrder({ kind: 'latency', ms: 300 });
    expect((await failureOf(buy)).constructor.name).toBe('RequestTimeout');
    await expect.poll(() => venue.fills).toHaveLength(1);
  });

  it('times out when the answer is held back, and the order stands', async () => {
    client.timeout = 200;
    strikeOrder({ kind: 'held', executed: true, forMs: null });
    expect((await failureOf(buy)).constructor.name).toBe('RequestTimeout');
    expect(await client.fetchOrder('', BTC, { clientOrderId: 'entry' })).toMatchObject({ status: 'closed' });
  });

  it('answers late when told to release what it holds', async () => {
    strikeOrder({ kind: 'held', executed: true, forMs: null });
    const order = buy();
    await expect.poll(() => venue.fills).toHaveLength(1);
    venue.releaseHeld();
    expect((await order).status).toBe('closed');
  });

  it('tells when to come back where the venue says so', async () => {
    venue.faults.add({ path: '/time', effect: { kind: 'rate-limited', retryAfterS: 7 } });
    await failureOf(() => client.fetchTime());
    expect((client.last_response_headers as Record<string, string>)['Retry-After']).toBe('7');
  });

  it('acknowledges first and fills later', async () => {
    strikeOrder({ kind: 'late-fill', afterMs: 3_000 });
    expect(await buy()).toMatchObject({ status: 'open', filled: 0 });
    await venue.advance(2_000);
    expect(venue.fills).toEqual([]);
    await venue.advance(1_500);
    expect(venue.orders[0]).toMatchObject({ status: 'FILLED' });
    expect(venue.fills[0]!.atMs - venue.orders[0]!.createdAtMs).toBe(3_000);
  });

  it('fills a part, and the rest expires or comes later', async () => {
    strikeOrder({ kind: 'partial-fill', fraction: '0.4' });
    expect(await buy('a')).toMatchObject({ status: 'expired', filled: 0.004 });
    strikeOrder({ kind: 'partial-fill', fraction: '0.4', restAfterMs: 1_000 });
    expect(await buy('b')).toMatchObject({ status: 'open', filled: 0.004 });
    await venue.advance(1_000);
    expect(venue.positions[0]?.quantity.toFixed()).toBe('0.014');
  });

  it('shows nothing where a list is asked for', async () => {
    await buy();
    venue.faults.add({ path: '/positionRisk', effect: { kind: 'empty-list' } });
    expect(await client.fetchPositions([BTC])).toEqual([]);
    expect(await client.fetchPositions([BTC])).toHaveLength(1);
  });

  it('strikes the nth matching call only, as often as it is told', async () => {
    venue.faults.add({
      path: '/order',
      where: { symbol: 'BTCUSDT' },
      nth: 2,
      times: 2,
      effect: { kind: 'service-unavailable' },
    });
    const outcomes: boolean[] = [];
    for (const id of ['a', 'b', 'c', 'd'])
      outcomes.push(
        await buy(id).then(
          () => true,
          () => false,
        ),
      );
    expect(outcomes).toEqual([true, false, false, true]);
  });

  it('refuses a wrong secret, a wrong key and a clock that is off', async () => {
    client.secret = 'wrong';
    expect((await failureOf(buy)).message).toContain('-1022');
    client.secret = venue.secret;
    client.apiKey = 'wrong';
    expect((await failureOf(buy)).message).toContain('-2015');
    client.apiKey = venue.apiKey;
    for (const clockAheadMs of [-20_000, 20_000]) {
      venue.settings.clockAheadMs = clockAheadMs;
      expect((await failureOf(buy)).constructor.name).toBe('InvalidNonce');
    }
    await client.loadTimeDifference();
    expect((await buy()).status).toBe('closed');
  });

  it('counts weight as the venue does, and forgets it with the minute', async () => {
    const weight = () =>
      Number((client.last_response_headers as Record<string, string>)['X-Mbx-Used-Weight-1m']);
    await venue.advance(60_000);
    venue.settings.checksTimestamps = false;
    await client.fetchOpenOrders();
    expect(weight()).toBe(40);
    await client.fetchOpenOrders(BTC);
    expect(weight()).toBe(41);
    await venue.advance(60_000);
    await client.fetchOpenOrders(BTC);
    expect(weight()).toBe(1);
  });

  it('keeps keys and signatures out of its log', async () => {
    await buy();
    const log = JSON.stringify(venue.requests);
    expect(log).not.toContain('signature');
    expect(log).not.toContain(venue.apiKey);
  });
});
