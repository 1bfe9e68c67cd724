import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MarketSnapshot } from '#domain/market.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '#domain/time.ts';
import { type CcxtMarket, createCcxtMarket } from '#exchanges/ccxt/ccxt-market.ts';
import type { StreamChange } from '#exchanges/ccxt/market-stream.ts';
import type { MarketStream, PriceTick } from '#exchanges/ports/market-data.ts';
import { VENUE_NOW_MS } from '../../support/venue/market-feed.ts';
import { startVenue, type TestVenue } from '../../support/venue/start-venue.ts';

const BTC = 'BTC/USDT:USDT';
const ETH = 'ETH/USDT:USDT';
const BARS = 10;

describe('ccxt stream', () => {
  let nowMs: EpochMs;
  let venue: TestVenue;
  let market: CcxtMarket;
  let stream: MarketStream;
  let changes: StreamChange[];
  let rejections: unknown[];
  const wallClock = { nowMs: () => nowMs };
  const noteRejection = (reason: unknown) => void rejections.push(reason);

  async function openMarket(streams = true): Promise<CcxtMarket> {
    return createCcxtMarket({
      exchangeId: 'binanceusdm',
      symbols: [BTC, ETH],
      barsPerSeries: BARS,
      baseUrl: venue.baseUrl,
      wallClock,
      ...(streams && { onStreamChange: (change: StreamChange) => void changes.push(change) }),
    });
  }

  beforeEach(async () => {
    nowMs = VENUE_NOW_MS;
    changes = [];
    rejections = [];
    process.on('unhandledRejection', noteRejection);
    venue = await startVenue({ clock: wallClock });
    await venue.setPrice('BTCUSDT', 50_000);
    await venue.setPrice('ETHUSDT', 2_500);
    market = await openMarket();
    stream = market.stream ?? expect.fail('the market has no stream');
  });
  afterEach(async () => {
    await market?.close();
    await venue?.close();
    process.off('unhandledRejection', noteRejection);
    expect(rejections).toEqual([]);
  });

  const look = (one = market) =>
    one.snapshot({ symbols: [BTC, ETH], asOfMs: nowMs, barsPerSeries: BARS, snapshotId: 's' });
  const priceIn = (snapshot: MarketSnapshot) => snapshot.markets.get(BTC)?.ticker.lastQuote;
  const tickersAsked = () => venue.requests.filter(({ path }) => path.endsWith('ticker/24hr')).length;
  const told = (kind: StreamChange['stream']) =>
    changes.filter((change) => change.stream === kind).map(({ state }) => state);
  const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 10 });
  const untilHeard = (priceQuote: number) =>
    until(() => expect(stream.latest(BTC, 'last')?.priceQuote).toBe(priceQuote));
  /** Waits for the first words of both symbols. */
  async function startListening(): Promise<void> {
    await market.instruments();
    stream.onPrice([BTC, ETH], () => {});
    await until(() => {
      for (const symbol of [BTC, ETH])
        for (const kind of ['last', 'mark'] as const) expect(stream.latest(symbol, kind)).not.toBeNull();
    });
  }

  it('connects to nothing before somebody wants a price', async () => {
    await market.instruments();
    expect(venue.streams.dials).toBe(0);
    expect(stream.health()).toEqual({ state: 'idle', lastPriceAtMs: null, ignored: 0 });
  });

  it('gives the same snapshot with the stream as by REST alone', async () => {
    await startListening();
    const restAlone = await openMarket(false);
    expect(restAlone.stream).toBeUndefined();
    await venue.setPrice('BTCUSDT', { last: '50123.4', mark: '50120' });
    await untilHeard(50_123.4);
    const asked = tickersAsked();
    const streamed = await look();
    expect(tickersAsked()).toBe(asked);
    expect(streamed).toEqual(await look(restAlone));
    await restAlone.close();
  });

  it('listens over one connection for each kind, and to the symbols that were asked about alone', async () => {
    await startListening();
    await until(() => expect(venue.streams.subscribed).toContain('!forceOrder@arr'));
    expect(venue.streams.openConnections).toBe(3);
    expect([...venue.streams.subscribed].sort()).toEqual([
      '!forceOrder@arr',
      'btcusdt@markPrice@1s',
      'btcusdt@miniTicker',
      'ethusdt@markPrice@1s',
      'ethusdt@miniTicker',
    ]);
  });

  it('tells listeners of each last and mark price of their symbols', async () => {
    const heard: PriceTick[] = [];
    await market.instruments();
    const stop = stream.onPrice([ETH], (tick) => heard.push(tick));
    await until(() => expect(new Set(heard.map(({ kind }) => kind)).size).toBe(2));
    await venue.setPrice('BTCUSDT', 51_000);
    await venue.setPrice('ETHUSDT', { last: '2600', mark: '2601' });
    await until(() =>
      expect(heard.map(({ priceQuote }) => priceQuote)).toEqual(expect.arrayContaining([2_600, 2_601])),
    );
    expect(new Set(heard.map(({ symbol }) => symbol))).toEqual(new Set([ETH]));
    stop();
    const before = heard.length;
    await venue.setPrice('ETHUSDT', 2_700);
    await until(() => expect(stream.latest(ETH, 'last')?.priceQuote).toBe(2_700));
    expect(heard).toHaveLength(before);
  });

  it('waits for the list of markets, and listens to the others where one of the wanted is not on it', async () => {
    stream.onPrice(['GONE/USDT:USDT', BTC], () => {});
    await until(() => expect(told('prices')).toEqual(['away']));
    await market.instruments();
    await untilHeard(50_000);
    expect(venue.requests.filter(({ path }) => path.endsWith('exchangeInfo'))).toHaveLength(1);
  });

  it('asks by REST when the last word is older than five seconds, never for an answer from before it', async () => {
    await startListening();
    const asked = tickersAsked();
    venue.streams.fault = 'silent';
    nowMs += 5 * SECOND_MS;
    expect(priceIn(await look())).toBe(50_000);
    expect(tickersAsked()).toBe(asked);
    await venue.setPrice('BTCUSDT', 49_000);
    nowMs += 1;
    expect(priceIn(await look())).toBe(49_000);
    expect(tickersAsked()).toBe(asked + 2);
  });

  it('does not give a remembered answer from before the last word of a stream that has gone', async () => {
    venue.streams.fault = 'refused';
    await look();
    venue.streams.fault = null;
    nowMs += 10 * SECOND_MS;
    await startListening();
    await venue.setPrice('BTCUSDT', 47_000);
    await untilHeard(47_000);
    venue.streams.fault = 'refused';
    venue.streams.drop();
    nowMs += 6 * SECOND_MS;
    expect(priceIn(await look())).toBe(47_000);
  });

  it('answers by REST alone where an upgrade is refused, and says so once', async () => {
    venue.streams.fault = 'refused';
    for (const price of [50_000, 48_000]) {
      await venue.setPrice('BTCUSDT', price);
      expect(priceIn(await look())).toBe(price);
      nowMs += MINUTE_MS;
    }
    await until(() => expect(venue.streams.dials).toBeGreaterThan(6));
    expect(told('prices')).toEqual(['away']);
    expect(changes[0]?.failure?.message).toContain('404');
  });

  it('connects anew after a dropped connection without a gap in prices, and says each change once', async () => {
    await startListening();
    venue.streams.drop();
    await until(() => expect(told('prices')).toEqual(['streaming', 'away']));
    expect(priceIn(await look())).toBe(50_000);
    await until(() => expect(told('prices')).toEqual(['streaming', 'away', 'streaming']));
    await venue.setPrice('BTCUSDT', 52_000);
    await untilHeard(52_000);
  });

  it.each(['garbage', 'stale'] as const)('falls back to REST from a stream of %s prices', async (fault) => {
    await startListening();
    venue.streams.fault = fault;
    nowMs += 6 * SECOND_MS;
    await venue.setPrice('BTCUSDT', 46_000);
    expect(priceIn(await look())).toBe(46_000);
    await until(() => {
      const { state, ignored } = stream.health();
      expect(state === 'away' || ignored > 0).toBe(true);
    });
    expect(priceIn(await look())).toBe(46_000);
    venue.streams.fault = null;
    await until(() => expect(stream.latest(BTC, 'last')?.priceQuote).toBe(46_000));
  });

  it('ignores and counts what cannot be true', async () => {
    await startListening();
    const before = stream.health().ignored;
    const sound = { e: '24hrMiniTicker', E: nowMs, s: 'BTCUSDT', c: '50001', q: '1' };
    const lies = [
      { c: '0' },
      { c: '-1' },
      { c: 'NaN' },
      { c: undefined },
      { c: '9e999' },
      { E: undefined },
      { E: nowMs + 2 * SECOND_MS },
      { E: nowMs - 1 },
      { E: 1.5 },
    ];
    for (const [index, lie] of lies.entries()) {
      venue.streams.say({ ...sound, ...lie });
      await until(() => expect(stream.health().ignored).toBe(before + index + 1));
    }
    venue.streams.say({ ...sound, s: 'NOTACOIN' });
    venue.streams.say(sound);
    await untilHeard(50_001);
    expect(stream.health().ignored).toBe(before + lies.length + 1);
  });

  it('survives every kind of frame at every moment', async () => {
    await startListening();
    const frames = [
      '{',
      '[]',
      '[null]',
      '{}',
      '0',
      '{"id":1,"error":{"code":-1}}',
      '{"e":7}',
      '{"data":{"e":"x"}}',
    ];
    for (const frame of frames) {
      venue.streams.say(frame);
      await venue.setPrice('BTCUSDT', 50_000);
      await look();
    }
    await until(() => expect(stream.health().state).toBe('streaming'));
    await venue.setPrice('BTCUSDT', 53_000);
    await untilHeard(53_000);
  });

  it('sums what was liquidated in the last hour, from the first that it heard of', async () => {
    await startListening();
    await until(() => expect(venue.streams.subscribed).toContain('!forceOrder@arr'));
    expect(stream.liquidations()).toBeNull();
    const sinceMs = nowMs;
    venue.streams.liquidate({ symbol: 'BTCUSDT', side: 'SELL', quantity: '2', price: '50000' });
    venue.streams.liquidate({ symbol: 'ETHUSDT', side: 'BUY', quantity: '10', price: '2500' });
    await until(() => expect(stream.liquidations()?.heardUsd).toBe(125_000));
    expect(stream.liquidations()?.unbrokenSinceMs).toBe(sinceMs);
    nowMs += HOUR_MS + MINUTE_MS;
    expect(stream.liquidations()).toEqual({ heardUsd: 0, unbrokenSinceMs: sinceMs });

    venue.streams.drop();
    await until(() => expect(told('liquidations')).toEqual(['streaming', 'away']));
    expect(stream.liquidations()).toEqual({ heardUsd: 0, unbrokenSinceMs: nowMs });
  });

  it.each(['refused', 'silent'] as const)('closes at once while the venue is %s', async (fault) => {
    venue.streams.fault = fault;
    await look();
    await until(() => expect(venue.streams.dials).toBeGreaterThanOrEqual(3));
    await market.close();
    const dials = venue.streams.dials;
    await until(() => expect(venue.streams.openConnections).toBe(0));
    expect(venue.streams.dials).toBe(dials);
  });
});
